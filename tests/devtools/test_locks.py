"""What is kept of a resolver's output."""

from hypothesis import given
from hypothesis import strategies as st

from devtools.locks import without_addresses

KEPT = st.sampled_from(["httpx==1.0 \\\n", "    --hash=sha256:00ff \\\n", "    --hash=sha256:11ee\n"])
ADDRESSES = ["--index-url https://registry.example/simple\n", "--extra-index-url x\n", "--find-links /opt/w\n"]
DROPPED = st.sampled_from([*ADDRESSES, "# comment\n", "    # via httpx\n", "-i https://registry.example\n", "\n"])


@given(st.lists(st.tuples(st.booleans(), KEPT, DROPPED)))
def test_requirements_and_hashes_stay_in_order_and_all_else_goes(lines: list[tuple[bool, str, str]]) -> None:
    text = "".join(kept if keep else dropped for keep, kept, dropped in lines)
    assert without_addresses(text) == "".join(kept for keep, kept, _ in lines if keep)
