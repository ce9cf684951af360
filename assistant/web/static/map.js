// The map works by links alone; this adds what a picture needs: filters, names on hover, arrow keys.
(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('js');
  const all = (selector) => [...document.querySelectorAll(selector)];
  const form = document.getElementById('filters');
  const tip = document.getElementById('tip');
  const words = document.getElementById('words');
  const box = tip.parentElement;
  const dots = all('.dot').map((link) => {
    const slug = link.getAttribute('href').slice(1);
    const article = document.getElementById(slug);
    return { link, slug, article, text: null, title: link.getAttribute('aria-label') };
  });
  const bySlug = new Map(dots.map((dot) => [dot.slug, dot]));
  const textOf = (dot) => (dot.text ??= `${dot.title} ${dot.article.textContent}`.toLowerCase());

  // -- filters

  const picked = (name) => form.elements[name].value;
  const fits = (dot, name) => {
    const wanted = picked(name);
    return !wanted || dot.link.dataset[name].split(' ').includes(wanted);
  };
  function filter() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const dot of dots) {
      dot.in = ['audience', 'stage', 'topic', 'phase'].every((name) => fits(dot, name))
        && wanted.every((word) => textOf(dot).includes(word));
      dot.link.classList.toggle('out', !dot.in);
      count += dot.in;
    }
    for (const topic of all('.topic')) {
      const items = [...topic.querySelectorAll('li')];
      for (const item of items) {
        const slug = item.firstElementChild.getAttribute('href').slice(1);
        item.classList.toggle('out', !bySlug.get(slug).in);
      }
      const left = items.filter((item) => !item.classList.contains('out')).length;
      topic.classList.toggle('out', !left);
      topic.querySelector('.small').textContent = left;
    }
    const some = count < dots.length;
    box.classList.toggle('filtered', some);
    document.getElementById('count').textContent = count
      ? `${some ? `${count} of ${dots.length}` : count} guide${count === 1 ? '' : 's'}`
      : 'No guide fits all of that. Take one choice back, or show all.';
    if (!current?.in) rove(dots.find((dot) => dot.in));
    hide();
  }
  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(filter));
  for (const button of all('.grid button')) {
    button.addEventListener('click', () => {
      form.reset();
      for (const name of ['audience', 'stage', 'phase']) form.elements[name].value = button.dataset[name];
      filter();
      document.getElementById('map').scrollIntoView({ block: 'center' });
    });
  }

  // -- the name of a guide, on hover, focus or touch

  let shown = null;
  function show(dot, touched = false) {
    hide();
    shown = dot;
    dot.link.classList.add('shown');
    const [title, summary, evidence] = tip.children;
    title.textContent = dot.title;
    summary.textContent = dot.article.dataset.summary;
    const tags = [...dot.article.querySelectorAll('.tag')].map((tag) => tag.textContent);
    evidence.textContent = `${tags.join(', ')} · ${dot.article.dataset.evidence}`;
    tip.lastElementChild.href = `#${dot.slug}`;
    tip.classList.toggle('touched', touched);
    tip.hidden = false;
    dot.link.setAttribute('aria-describedby', 'tip');
    const mark = dot.link.getBoundingClientRect();
    const frame = box.getBoundingClientRect();
    const left = mark.left - frame.left + mark.width / 2 - tip.offsetWidth / 2;
    const below = mark.bottom - frame.top + 8;
    const above = mark.top - frame.top - tip.offsetHeight - 8;
    const last = Math.min(frame.bottom, innerHeight) - frame.top;
    tip.style.left = `${Math.max(8, Math.min(left, frame.width - tip.offsetWidth - 8))}px`;
    tip.style.top = `${below + tip.offsetHeight < last || above < 0 ? below : above}px`;
  }
  function hide() {
    shown?.link.classList.remove('shown');
    shown?.link.removeAttribute('aria-describedby');
    shown = null;
    tip.hidden = true;
  }
  let byTouch = false;
  box.addEventListener('pointerdown', (event) => { byTouch = event.pointerType === 'touch'; }, true);
  for (const dot of dots) {
    dot.link.addEventListener('pointerenter', (event) => { if (event.pointerType !== 'touch') show(dot); });
    dot.link.addEventListener('pointerleave', (event) => { if (event.pointerType !== 'touch') hide(); });
    dot.link.addEventListener('focus', () => { rove(dot); if (!byTouch) show(dot); });
    dot.link.addEventListener('blur', () => { if (!byTouch) hide(); });
    // A finger cannot hover: the first touch names the guide, the second opens it.
    dot.link.addEventListener('click', (event) => {
      if (byTouch && shown !== dot) {
        event.preventDefault();
        show(dot, true);
      }
    });
  }
  box.addEventListener('click', (event) => { if (!event.target.closest('.dot, #tip')) hide(); });

  // -- arrow keys: one stop for the whole map, then from guide to guide

  let current = null;
  function rove(dot) {
    current?.link.setAttribute('tabindex', -1);
    current = dot ?? null;
    current?.link.setAttribute('tabindex', 0);
  }
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const middle = (dot) => {
    const rect = dot.link.getBoundingClientRect();
    return [rect.left + rect.width / 2, rect.top + rect.height / 2];
  };
  function nearest([x, y], [right, down]) {
    let best = null;
    let least = Infinity;
    for (const dot of dots) {
      if (!dot.in || dot === current) continue;
      const [toX, toY] = middle(dot);
      const ahead = (toX - x) * right + (toY - y) * down;
      const aside = Math.abs((toX - x) * down) + Math.abs((toY - y) * right);
      if (ahead > 0.5 && ahead + 2 * aside < least) [best, least] = [dot, ahead + 2 * aside];
    }
    return best;
  }
  box.addEventListener('keydown', (event) => {
    const way = ways[event.key];
    if (!way || !current) return;
    event.preventDefault();
    nearest(middle(current), way)?.link.focus();
  });

  // -- the reader: the address says which guide is open

  let from = null;
  let open = false;
  function turn() {
    const dot = bySlug.get(decodeURIComponent(location.hash.slice(1)));
    if (dot) {
      hide();
      dot.article.focus({ preventScroll: true });
      document.getElementById('reader').scrollTop = 0;
    } else if (open) {
      from?.focus({ preventScroll: true });
    }
    open = Boolean(dot);
  }
  // Nothing has this name, so the address changes and nothing scrolls.
  const close = () => { location.hash = 'closed'; };
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a');
    if (!open && link && bySlug.has(link.getAttribute('href')?.slice(1))) from = shown?.link ?? link;
  }, true);
  addEventListener('hashchange', turn);
  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    if (open) close();
    else hide();
  });
  document.querySelector('.shut a').addEventListener('click', (event) => { event.preventDefault(); close(); });

  for (const dot of dots) dot.link.setAttribute('tabindex', -1);
  filter();
  turn();
})();
