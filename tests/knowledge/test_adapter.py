import numpy as np
import pytest

from knowledge.adapter import Adapter
from knowledge.changed_graph import _classifier, export_adapter
from knowledge.onnx_encoder import OnnxEncoder
from knowledge.onnx_graph import pool

LAYER = "encoder.layer.2.output.dense"
PROBES = ("How do I ask for a promotion?", "I do not want to wake up any more.")


@pytest.fixture(scope="module")
def adapter():
    """Return an adapter of two layers and three classes that changes something."""
    random = np.random.default_rng(0)

    def some(*shape, scale=0.05):
        return (random.normal(size=shape) * scale).astype(np.float16)

    return Adapter(
        down={LAYER: some(4, 1536), "encoder.layer.5.attention.self.value": some(4, 384)},
        up={LAYER: some(384, 4), "encoder.layer.5.attention.self.value": some(384, 4)},
        focus=some(3, 384),
        head=some(3, 384),
        bias=some(3),
    )


def test_arrays_come_back_as_they_went(adapter):
    arrays = adapter.to_arrays()
    assert all(array.dtype == np.float16 for array in arrays.values())
    again = Adapter.from_arrays({**arrays, "something/else": np.zeros(1)})
    assert again.down.keys() == adapter.down.keys()
    assert np.array_equal(again.up[LAYER], adapter.up[LAYER])
    assert np.array_equal(again.focus, adapter.focus)


def test_a_merged_weight_does_what_the_change_beside_it_does(adapter):
    random = np.random.default_rng(1)
    weight, states = random.normal(size=(384, 1536)), random.normal(size=(5, 1536))
    beside = states @ weight.T + states @ adapter.down[LAYER].T @ adapter.up[LAYER].T
    assert np.allclose(states @ adapter.merge(LAYER, weight).T, beside, atol=1e-3)


def test_a_layer_without_a_change_stays(adapter):
    weight = np.ones((2, 2))
    assert np.array_equal(adapter.merge("encoder.layer.0.output.dense", weight), weight)


def test_without_a_focus_every_token_of_a_text_counts_alike():
    import torch

    states = torch.arange(12.0).reshape(1, 4, 3)
    mask = torch.tensor([[1, 1, 1, 0]])
    found = pool(states, mask, torch.zeros(2, 3))
    assert found.shape == (1, 2, 3)
    assert torch.allclose(found[0, 1], states[0, :3].mean(0))


def test_a_focus_looks_at_the_tokens_that_speak_for_it():
    import torch

    states = torch.eye(3)[None]
    found = pool(states, torch.ones(1, 3), 50 * torch.eye(3)[:1])
    assert torch.allclose(found[0, 0], states[0, 0], atol=1e-4)


def test_the_export_agrees_with_torch(adapter, onnx_encoder, tmp_path):
    import torch

    from knowledge.weights import packaged_weights

    (tmp_path / "tokenizer.json").symlink_to(onnx_encoder.folder / "tokenizer.json")
    graph = tmp_path / "triage-x.onnx"
    export_adapter(adapter, graph, PROBES)
    assert [path.name for path in tmp_path.glob("*.onnx")] == [graph.name]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tokenizer.json", graph.name]
    model, reader = _classifier(packaged_weights(), adapter), OnnxEncoder(tmp_path)
    for probe in PROBES:
        tokens = torch.tensor([reader.tokens(probe)])
        with torch.no_grad():
            wanted = model(tokens, torch.ones_like(tokens))[0].softmax(-1).numpy()
        odds = np.exp(reader.read_with(graph, [probe])[0])
        assert np.abs(odds / odds.sum() - wanted).max() < 0.1


def test_training_and_export_read_alike(onnx_encoder, tmp_path):
    """What is learned reaches the graph: a few steps of training, then the same logits."""
    from eval.adapter import AdapterRecipe, Trainee

    trainee = Trainee(AdapterRecipe(rank=2, epochs=3, batch=4), classes=2)
    texts = [*("I want to die tonight.", "he beats me at home") * 4]
    texts += [*("How do I ask for a raise?", "my first week as a nurse") * 4]
    trainee.fit(texts, [1] * 8 + [0] * 8)
    logits = trainee.logits(texts[:1] + texts[-1:])
    (tmp_path / "tokenizer.json").symlink_to(onnx_encoder.folder / "tokenizer.json")
    export_adapter(trainee.adapter(), tmp_path / "x.onnx", texts[:1])
    reader = OnnxEncoder(tmp_path)
    found = [reader.read_with(tmp_path / "x.onnx", [text])[0] for text in (texts[0], texts[-1])]
    assert np.abs(np.stack(found) - logits).max() < 0.3
    assert np.abs(logits[0] - logits[1]).max() > 0.1
