"""Single calls, one after another down one connection for as long as the server keeps it."""

from __future__ import annotations

from dataclasses import replace

from specmill.contract.answers import Reader
from specmill.contract.marks import TOO_MANY
from specmill.contract.values import Answer, Call, Event
from specmill.contract.wire import PATIENCE, Address, Dialogue, request_of

SHORT = 0.2  # seconds for a server that has fallen silent again and again
MOST_SILENCES = 8  # behind which it is not asked any more
MISREAD = (400, 405, 408, 414, 431, 501, 505)  # how a server answers to what is no request
OFTEN = 3  # times that one looks whether it is that
TRIES = 4  # of a call that is one too many
PACKET = 0.02  # seconds in which what was said arrives by itself
CONTINUE = "100-continue"


class Talker:
    """Asks, and says what came back.

    A server that falls silent again and again is waited for less and less, and in the end not asked any more.
    """

    def __init__(self, address: Address, patience: float = PATIENCE) -> None:
        self._address = address
        self._patience = patience
        self._dialogue: Dialogue | None = None
        self._silences = 0
        self._asked_in_vain = 0  # since the last new beginning
        self._silence = ""  # in words
        self._before: tuple[Call, Answer] | None = None  # on this connection
        self._ruled_out: dict[int, int] = {}  # by the status of the answer before
        self._keeps = True  # whether the server is trusted with more than one call on a connection
        self.events: list[Event] = []  # of the last call

    def __call__(self, call: Call) -> Answer:
        if self._asked_in_vain >= MOST_SILENCES:
            self.events = []
            return Answer(0, (), b"", (self._silence,))
        before = self._before if self._dialogue is not None else None
        answer = self._said(call)
        if before is not None and self._may_be_misread(before, answer):
            answer = self._held_to_itself(before, call, answer)
        self._before = (call, answer)
        if not self._keeps:
            self.close()
        return answer

    def begin_anew(self) -> None:
        """Asks again, whatever came before."""
        self._asked_in_vain = 0

    # --- what the call before has to do with it

    def _may_be_misread(self, before: tuple[Call, Answer], answer: Answer) -> bool:
        """Whether the body of the call before, behind its error, may have been taken for the beginning of this one."""
        call, error = before
        is_odd = answer.status in MISREAD or bool(answer.faults)
        rests = bool(call.body) and error.status >= 300 and not error.faults
        return is_odd and rests and self._ruled_out.get(error.status, 0) < OFTEN

    def _held_to_itself(self, before: tuple[Call, Answer], call: Call, answer: Answer) -> Answer:
        """The answer on a connection of its own, with the fault if on the same one again it is another."""
        first, error = before
        alone = self._said_alone(call)
        if alone.status == answer.status or alone.faults:
            self._ruled_out[error.status] = self._ruled_out.get(error.status, 0) + 1
            return alone
        self._said(first)
        events = self.events
        if self._dialogue is None or self._said(call).status != answer.status:
            return alone
        self.events = [*events, *self.events]
        self._keeps = False
        text = f"behind a call answered by {error.status}, {answer.status} on the same connection, "
        fault = f"{text}and {alone.status} on one of its own: as if the body of the call before had been left unread"
        return replace(alone, faults=(fault,))

    def _said_alone(self, call: Call) -> Answer:
        """On a connection of its own, where it is not one too many."""
        tries = 1
        while (answer := self._anew(call)).status == TOO_MANY and tries < TRIES:
            tries += 1
        self.close()
        return answer

    def _anew(self, call: Call) -> Answer:
        self.close()
        return self._said(call)

    # --- one call

    def _said(self, call: Call) -> Answer:
        used = self._dialogue is not None
        dialogue = self._spoken(call)
        if used and not dialogue.answer.begun and dialogue.ended:
            self.close()  # the server had ended it before it heard the call
            dialogue = self._spoken(call)
        self.events = list(dialogue.events)
        return self._answer(dialogue)

    def reach(self) -> None:
        """Connects, to see that somebody listens."""
        if self._dialogue is None:
            self._dialogue = Dialogue(self._address, patience=self._patience)

    def close(self) -> None:
        if self._dialogue is not None:
            self._dialogue.close()
            self._dialogue = None

    def _spoken(self, call: Call) -> Dialogue:
        if self._dialogue is None:
            self._dialogue = Dialogue(self._address, call.method, patience=self._patience)
        else:
            self._dialogue.events.clear()
            self._dialogue.next_answer(call.method)
        dialogue = self._dialogue
        self._say(dialogue, call)
        dialogue.until(lambda: dialogue.answer.stuck, self._wait)
        if call.method == "HEAD":
            dialogue.pause(PACKET)  # what must not come may come a little later
        return dialogue

    def _say(self, dialogue: Dialogue, call: Call) -> None:
        said = request_of(self._address, call)
        end = len(said) - len(call.body or b"")
        places = sorted(cut if cut > 0 else end + cut for cut in call.cuts)
        if (call.field("Expect") or "") == CONTINUE:
            places.append(end)
        for start, stop in zip([0, *places], places, strict=False):
            dialogue.say(said[start:stop])
            dialogue.pause(PACKET)
        if (call.field("Expect") or "") == CONTINUE:
            reader = dialogue.answer
            if not dialogue.until(lambda: bool(reader.interim) or reader.head is not None, min(self._wait, 1.0)):
                reader.faults.append("neither 100 nor an answer came for Expect: 100-continue")
        if dialogue.answer.stuck and (call.field("Expect") or "") == CONTINUE:
            return  # an answer that wants no body
        dialogue.say(said[places[-1] if places else 0 :])

    @property
    def _wait(self) -> float:
        waits = (self._patience, min(self._patience, 2.0), min(self._patience, 1.0))
        return waits[self._silences] if self._silences < len(waits) else SHORT

    def _answer(self, dialogue: Dialogue) -> Answer:
        reader = dialogue.answer
        reader.expect_nothing_behind()
        head = reader.head
        faults = tuple(reader.faults)
        if not reader.stuck and not dialogue.ended:
            self._silence = f"nothing more came within {self._wait:g} seconds, in place of {reader.at.value}"
            faults = (*faults, self._silence)
            self._silences += 1
            self._asked_in_vain += 1
        answer = Answer(head.status if head else 0, head.fields if head else (), b"".join(dialogue.content), faults)
        if dialogue.ended or not reader.complete or reader.behind or wants_to_close(reader):
            self.close()
        return answer


def wants_to_close(reader: Reader) -> bool:
    head = reader.head
    return head is None or head.minor == 0 or "close" in ", ".join(head.all("connection")).lower()
