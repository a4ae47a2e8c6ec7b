"""An exchange keeps to the deadline of its call, also while a file is sent."""

import io

import pytest
from rig import KEY, Reply

from ionworks import Ionworks
from ionworks._http.retry import RetryPolicy
from ionworks._http.transport import Transport
from ionworks.errors import TimedOut

SIZE = 2**20


class Slow(io.BytesIO):
    """A file of which each block takes a second."""

    def __init__(self, seconds):
        super().__init__(bytes(SIZE))
        self.seconds = seconds

    def read(self, size=-1):
        self.seconds.append(1.0)
        return super().read(size)


@pytest.mark.parametrize(("deadline", "arrives"), [(2.5, False), (100.0, True), (None, True)])
def test_a_file_that_is_read_slowly_is_sent_until_the_deadline(scripted, opened, deadline, arrives):
    server, seconds = scripted(Reply(200)), []
    client = opened(Ionworks(KEY, server.url))
    client._transport = opened(
        Transport(
            client.settings,
            retry=RetryPolicy(transfer_deadline=deadline, deadline=deadline),
            sleep=seconds.append,
            clock=lambda: sum(seconds),
            verify=False,
        )
    )

    def put():
        content = {"size": SIZE, "content_type": "a/b", "operation": "upload"}
        client.transport.put(f"{server.url}/o", Slow(seconds), **content)

    if arrives:
        put()
        assert len(server.requests[0].body) == SIZE
        return
    with pytest.raises(TimedOut, match="passed before the file was sent") as info:
        put()
    assert info.value.outcome == "unknown"
    assert sum(seconds) < 5
