"""Families whose notes come in pairs: other names or wrong check digits, all else the same.

A note of a `names-…` slice has the same draws in every pool, so its twins differ in the names of
patients and relatives only; nothing in it is derived from a name. The `checksum-…` slices
differ in the last digit of every number that has a check digit.
"""

from typing import Final

from openmed.domain.corpus.pools import POOLS
from openmed.domain.corpus.sheet import read_sheet

_POOLS: Final = ",".join(POOLS)

SWAPS: Final = read_sheet(
    f"""
== names-01 names prose variants={_POOLS}
{{patient.full}} was seen on {{date.long:0}} with {{relative.full:s}}. {{patient.title}}
{{patient.last}} has had {{complaint}} for {{num:2-9}} days. {{relative.first:s}} adds that
{{patient.first}} slept badly. Plan: {{med}}. Call {{phone}} or the neighbor, {{relative.full:n}}.
Chart {{mrn}}. {{provider.full}}

== names-02 names variants={_POOLS}
Team list {{date.us:0}}
{{rows:4-4|#  {{patient.last_first:#}}   {{mrn:#}}   kin {{relative.full:#}}   {{phone:#}}}}
moved: {{patient.last:2}} to bed 4, {{patient.last:3}} to bed 2

== names-03 names prose variants={_POOLS}
Dear Dr. {{provider.last}}, thank you for seeing {{patient.first}} so soon. My {{relative.son:p}}
{{relative.first:p}} will come along, as {{patient.full}} hears poorly; {{relative.full:p}} has all
the papers. Should {{patient.last}} stop {{med}}? We live at {{street}}, {{city}}. With thanks,
{{relative.full:me}}, {{date.dmy:0}}

== names-04 names variants={_POOLS}
Name: {{patient.full}}
Also known as: {{patient.middle}}
Initial form: {{patient.initial_last}}
Spouse: {{relative.full:s}}
Emergency: {{relative.last_first:e}}, {{phone}}
SSN: {{ssn}}
Signed: {{patient.caps}} / {{relative.caps:s}} on {{date.us:0}}

== names-05 names prose variants={_POOLS}
0200 {{patient.first}} awake, asks for {{relative.first:a}}. 0310 {{relative.full:a}} phoned, told
that {{patient.full}} is stable. 0415 {{patient.last}} refused {{med}}. 0600 {{relative.first:b}}
and {{relative.first:a}} at the bedside; {{relative.full:b}} will take {{patient.last}} home on
{{date.slash:1}}. Handed to {{provider.first}}.

== names-06 names variants={_POOLS}
hi, {{patient.lower}} here. my appt w {{provider.lower_last}} is {{date.slash:2}}, can \
{{relative.lower:k}} come instead? {{relative.lower_first:k}} has the same thing
ty {{patient.lower_first}} ({{phone}})
> Hello {{patient.first}}, yes. Please bring {{relative.first:k}}'s card. Is it \
{{relative.last:k}} or {{patient.last}} on it?
""",
    copies=2,
)
"""The same notes with names of every pool."""

TWINS: Final = read_sheet(
    """
== twins-01 checksum variants=valid,invalid
Chart {mrn} of {patient.full}, merged from {mrn:b} and {mrn:c} on {date.iso:0}
card on file {card}, before {card:b}, before {card:c}
handset {imei}; car {vin}

== twins-02 checksum prose variants=valid,invalid
{provider.full} (NPI {npi}, DEA {dea}) and {provider.full:b} (NPI {npi:b}, DEA {dea:b}) treated
{patient.last_first}, chart {mrn}, after the crash of the car {vin}. The bill of {date.us:0} was
paid with {card} and from {iban}.

== twins-03 checksum variants=valid,invalid
wire {iban}
wire {iban:b}
wire {iban:c}
for {patient.full} / {mrn} / {date.mon:0}; cards {card} and {card:b} on hold

== twins-04 checksum prose variants=valid,invalid
Please correct the list: {patient.full} has number {mrn}, {relative.full} has number {mrn:r}, and
number {mrn:x} belongs to nobody we know. Phones left behind: {imei} and {imei:b}. Cars in the yard:
{vin} and {vin:b}. {date.dmy:0}

== twins-05 checksum variants=valid,invalid
fax to plan: NPI {npi}; NPI {npi:b}; NPI {npi:c}; DEA {dea}
member {patient.caps_last_first}, {date.us:0}, number {mrn}
pay {iban} or {card}

== twins-06 checksum variants=valid,invalid
{patient.full} | {mrn} | {card} | {iban} | {vin}
{relative.full:a} | {mrn:a} | {card:a} | {iban:a} | {vin:a}
{relative.full:b} | {mrn:b} | {card:b} | {iban:b} | {vin:b}
as of {date.us:0}, {provider.full} ({npi})
""",
    copies=3,
)
"""The same notes with right and with wrong check digits."""
