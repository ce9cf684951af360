"""What a report says about the judge: which model, which prompts, and how far it can be believed."""

from pydantic import BaseModel, ConfigDict


class JudgeNote(BaseModel):
    """The judge beside the hand labels on a fixed sample, and what it left unscored.

    ``prompts`` are the versions of its prompt files. ``kappa``, ``precision`` and ``recall`` are of
    supported against the rest, over the ``n`` pairs of the sample it judged in due form.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    model: str
    prompts: dict[str, str]
    n: int
    kappa: float
    precision: float
    recall: float
    asked: int
    unscored: int
    problem: str = ""

    @property
    def text(self) -> str:
        """Return the agreement in one sentence."""
        return (
            f"{self.model} beside the hand labels: κ {self.kappa:.2f}, precision {self.precision:.2f}, "
            f"recall {self.recall:.2f} (n = {self.n}); {self.unscored} of {self.asked} verdicts unscored"
        )
