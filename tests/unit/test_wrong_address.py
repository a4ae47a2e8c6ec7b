"""An address or a port that is wrong is named in the error."""

import pytest

from ionworks import Ionworks
from ionworks.errors import NotFound
from ionworks.sandbox import Sandbox


def test_a_wrong_path_in_the_address_is_named():
    with Sandbox() as box:
        url = f"{box.url}/v1"
        with Ionworks(api_key=box.api_key, api_url=url, max_retries=0) as wrong:
            for call in (wrong.whoami, wrong.project.list, wrong.capabilities):
                with pytest.raises(NotFound, match=rf"Nothing is served at this address.*{url}"):
                    call()
            with pytest.raises(NotFound, match=r"Check the id, .*check the path in api_url"):
                wrong.project.get("x")
        with box.client() as right, pytest.raises(NotFound) as caught:
            right.project.get("x")
        assert "api_url" not in str(caught.value)


@pytest.mark.parametrize("port", ["8901", -1, 65536, True, 1.5])
def test_a_port_that_is_no_number_is_refused(port):
    with pytest.raises(ValueError, match=r"port is .*: give a number"):
        Sandbox(port=port)


def test_a_folder_may_be_text(tmp_path):
    with Sandbox(data=str(tmp_path / "lab")) as box, box.client() as client:
        assert client.project.list().total == 1
