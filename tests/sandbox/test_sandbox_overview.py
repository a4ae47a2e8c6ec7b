"""F5: the page for people at ``/`` shows what there is, to this machine alone."""

import re

import httpx
import pytest

NAME = "<script>alert('1')</script> & \"2\""


def cells_of(page):
    return re.findall(r"<td>(.*?)</td>", page)


def test_f5_the_page_counts_and_lists_what_there_is(fresh_api, kit):
    before = httpx.get(f"{fresh_api.http.base_url}").text
    assert "<h2>Projects: 1</h2>" in before
    assert "<h2>Measurements: 0</h2>" in before
    project = fresh_api.post("/projects", {"name": NAME})["id"]
    specification = {"name": "LG M50 <b>", "project_id": project}
    made = fresh_api.post("/cell_specifications", specification)["id"]
    cells = f"/cell_specifications/{made}/cell_instances"
    cell = fresh_api.post(cells, {"name": "M50-007"})["id"]
    fresh_api.properties(cell, "RPT 0")
    answer = httpx.get(f"{fresh_api.http.base_url}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    for title in ("Projects: 2", "Cell specifications: 1", "Cells: 1", "Measurements: 1"):
        assert f"<h2>{title}</h2>" in answer.text
    shown = cells_of(answer.text)
    escaped = "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt; &amp; &quot;2&quot;"
    assert {escaped, "LG M50 &lt;b&gt;", "M50-007", "RPT 0", project, made, cell} <= {*shown}
    assert "<script" not in answer.text


def test_f5_a_long_list_is_cut(fresh_api):
    for number in range(101):
        fresh_api.post("/projects", {"name": f"P{number}"})
    page = httpx.get(f"{fresh_api.http.base_url}").text
    assert "<h2>Projects: 102</h2>\n<p>The newest 100 are listed.</p>" in page
    assert cells_of(page)[0] == "P100"
    assert "<td>P0</td>" not in page


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1", "[::1", ""]
)
def test_f5_a_site_whose_name_leads_here_gets_nothing(api, host):
    answer = httpx.get(f"{api.http.base_url}", headers={"host": host})
    assert answer.status_code == 403
    assert "only for this machine" in answer.json()["message"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:8787"])
def test_f5_this_machine_may_be_named_in_each_way(api, host):
    assert httpx.get(f"{api.http.base_url}", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_f5_the_page_is_only_read(api, method):
    answer = httpx.request(method, f"{api.http.base_url}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert httpx.head(f"{api.http.base_url}").content == b""
