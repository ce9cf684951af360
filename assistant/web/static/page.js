// What the page does by itself: markers open their source, panels fold on narrow screens,
// the agenda is copied and saved without leaving the browser.
(() => {
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const behavior = () => (calm() ? "auto" : "smooth");
  document.documentElement.lang = "en";

  function openSource(id) {
    const card = document.getElementById(id);
    if (!card) return false;
    card.closest("details")?.setAttribute("open", "");
    document.querySelectorAll(".card.found").forEach((other) => other.classList.remove("found"));
    card.classList.add("found");
    card.scrollIntoView({ behavior: behavior(), block: "center" });
    card.focus({ preventScroll: true });
    return true;
  }

  function say(button, words) {
    const place = button.closest(".agenda")?.querySelector("[data-said]");
    if (place) place.textContent = words;
  }

  async function copy(button) {
    const field = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(field.value);
      say(button, "Copied.");
    } catch {
      field.hidden = false;
      field.focus();
      field.select();
      say(button, "Press Ctrl+C (or Cmd+C) to copy the selected text.");
    }
  }

  function save(button) {
    const text = document.getElementById(button.dataset.download).value;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
    link.download = button.dataset.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    say(button, `Saved as ${button.dataset.name}.`);
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("a.marker, [data-copy], [data-download], a[href='#question']");
    if (!target) return;
    if (target.dataset.copy) copy(target);
    else if (target.dataset.download) save(target);
    else if (target.matches("a[href='#question']")) {
      event.preventDefault();
      document.querySelector("#question textarea")?.focus();
    } else if (openSource(target.hash.slice(1))) event.preventDefault();
  });

  // A new question brings its turn into view; the answer then grows below it.
  let asked = "";
  const settle = () => {
    if (innerWidth < 900)
      document.querySelectorAll("details.fold[open]:not([data-folded])").forEach((fold) => {
        fold.dataset.folded = "";
        fold.removeAttribute("open");
      });
    const turn = document.querySelector("#live .turn");
    const writing = turn?.classList.contains("live");
    if (writing && turn.id !== asked) {
      asked = turn.id;
      turn.scrollIntoView({ behavior: behavior(), block: "start" });
    } else if (asked && turn && !writing) {
      asked = "";
      // While it was waiting, the page may have been too short to bring it up.
      if (turn.getBoundingClientRect().top > innerHeight / 4)
        turn.scrollIntoView({ behavior: behavior(), block: "start" });
    }
  };

  // The radios of a group come with a name each; with one name the arrow keys move between them.
  const groupRadios = () => {
    document.querySelectorAll("fieldset[id] input[type=radio]").forEach((radio) => {
      const name = radio.closest("fieldset").id;
      if (radio.name !== name) radio.name = name;
    });
  };
  new MutationObserver(() => { settle(); groupRadios(); }).observe(document.documentElement, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["name"],
  });
})();
