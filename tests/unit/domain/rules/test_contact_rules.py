"""What the rules for contact data find, and what they leave alone. All values are reserved."""

import pytest

from openmed.domain.rules import find


def found(rule: str, text: str) -> list[str]:
    """What one rule finds in a text."""
    return [text[span.start : span.end] for span in find(text, [rule])]


@pytest.mark.parametrize(
    ("rule", "text", "value"),
    [
        ("email-1", "write to jane.doe@clinic.example.", "jane.doe@clinic.example"),
        ("email-1", "<jane+labs@mail.clinic.example>", "jane+labs@mail.clinic.example"),
        ("email-1", "E-mail: ....jos\u00e9@clinic.example", "jos\u00e9@clinic.example"),
        ("url-1", "see https://portal.example/a?b=1.", "https://portal.example/a?b=1"),
        ("url-1", "(www.clinic.example)", "www.clinic.example"),
        ("url-1", "HTTP://a.example/x_(y), then", "HTTP://a.example/x_(y)"),
        ("ip-1", "from 192.0.2.17.", "192.0.2.17"),
        ("ip-1", "[198.51.100.3]:80", "198.51.100.3"),
        ("ip6-1", "from 2001:db8::5, again", "2001:db8::5"),
        ("ip6-1", "IP:2001:db8:0:0:0:0:0:1", "2001:db8:0:0:0:0:0:1"),
        ("ip6-1", "host 2001:db8::1: down", "2001:db8::1"),
        ("phone-1", "(212) 555-0142", "(212) 555-0142"),
        ("phone-1", "home(212)555-0142", "(212)555-0142"),
        ("phone-1", "212.555.0142, or", "212.555.0142"),
        ("phone-1", "212 555 0142", "212 555 0142"),
        ("phone-1", "212\u00a0555\u20110142", "212\u00a0555\u20110142"),
        ("phone-1", "212-555-\n0142", "212-555-\n0142"),
        ("phone-1", "+1 212-555-0142 ext. 77", "+1 212-555-0142 ext. 77"),
        ("phone-1", "1-212-555-0142x7", "1-212-555-0142x7"),
        ("phone-intl-1", "+44 20 7946 0958", "+44 20 7946 0958"),
        ("phone-intl-1", "+12125550142", "+12125550142"),
        ("phone-intl-1", "+49 (0)30 5550 0142", "+49 (0)30 5550 0142"),
        ("phone-cue-1", "Tel: 2125550142", "2125550142"),
        ("phone-cue-1", "call 555-0142 2-3 times", "555-0142"),
        ("phone-cue-1", "call his daughter at 555-0142", "555-0142"),
        ("phone-cue-1", "Cell (H): (212) 555-0142", "(212) 555-0142"),
        ("phone-cue-1", "PH 555.0142", "555.0142"),
        ("phone-cue-1", "tel. 020 7946 0958", "020 7946 0958"),
        ("fax-1", "Fax: 212-555-0143", "212-555-0143"),
        ("fax-1", "fax number (212) 555-0143", "(212) 555-0143"),
        ("fax-1", "faxed; FAX# 5550143", "5550143"),
    ],
)
def test_a_way_to_reach_somebody_is_found(rule: str, text: str, value: str) -> None:
    """Without the cue before it and the punctuation behind it."""
    assert [value] == found(rule, text)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("email-1", "seen @ 10.30, dose 5 mg@bedtime"),
        ("email-1", "jane@clinic"),
        ("url-1", "http status"),
        ("url-1", "wwwhat"),
        ("ip-1", "v1.2.3.4"),
        ("ip-1", "version 1.2.3.4"),
        ("ip-1", "V 1.2.3.4"),
        ("ip-1", "192.0.2.256"),
        ("ip-1", "1.2.840.10008.1"),
        ("ip6-1", "at 12:30:45"),
        ("ip6-1", "ratio 1::2"),
        ("ip6-1", "00:00:5E:00:53:01"),
        ("phone-1", "BP 122/80, HR 72"),
        ("phone-1", "2125550142"),
        ("phone-1", "250/500-1000 mg"),
        ("phone-1", "gabapentin 300 600 1200 mg"),
        ("phone-1", "140\n138\n1042"),
        ("phone-1", "MRN 00212-555-01421"),
        ("phone-intl-1", "reflexes +2 120 80 72 98"),
        ("phone-intl-1", "K+ 4.0 3.5 140 22 100"),
        ("phone-intl-1", "gain +500 mg 2-3 times"),
        ("phone-cue-1", "pH 7.35-7.45, pH 7.352 40 95 24"),
        ("phone-cue-1", "call 2024-01-05"),
        ("phone-cue-1", "red cell 4500000"),
        ("phone-cue-1", "T-cell 1200 450 300"),
        ("phone-cue-1", "call if BP over 122/80"),
        ("phone-cue-1", "room 5550142"),
        ("fax-1", "faxed 01-02-2024"),
        ("fax-1", "fax 01-02-2024"),
        ("fax-1", "fax room 12"),
    ],
)
def test_numbers_of_a_note_are_no_way_to_reach_somebody(rule: str, text: str) -> None:
    """Doses, laboratory values, versions, times, record numbers."""
    assert [] == found(rule, text)
