"""Families about the text itself: window edges, line ends, combining marks, astral letters.

`edge-…` notes put values where models cut long texts: near 64, 128, 256 and 510 tokens. `crlf`
is the only slice with carriage returns, `combining-marks` the only one that is not NFC.
"""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

EDGES: Final = read_sheet(
    """
== edge-01 window-edge smoke
Long note. {edge:64}{patient.full} was here. {edge:128}{ssn} is the number. \
{edge:256}{street}, {city} is home. {edge:510}{phone} or {email}. {edge:600}{date.long:0}.

== edge-02 window-edge
Night log. {edge:64}{mrn} for {patient.last_first}; {edge:128}{date.weekday:0} at last, \
{edge:256}{provider.full:a} came, {edge:510}{relative.full} called from {phone}; \
{edge:640}{provider.full:b}.

== edge-03 window-edge
Diary of care. {edge:64}{email} or {url}; {edge:128}{street}, {city} {zip}; \
{edge:256}{card} and {account}; {edge:510}{patient.full}, {mrn}, {ssn}; {edge:700}{date.us:0}.

== edge-04 window-edge
Shift text. {edge:64}{iban} for the fee; {edge:128}{patient.middle} signed; \
{edge:256}{phone.spaced} by ear; {edge:510}{vin} and {plate} in the lot, {driver} in hand; \
{edge:560}{username}, {ip}.

== edge-05 window-edge
Family text. {edge:64}{relative.full:a}, {edge:128}{relative.full:b}, {edge:256}{relative.full:c} \
and \
{edge:510}{relative.full:d} all ask for {patient.full}; {edge:580}{fax}, {photo}, {bio}, {imei}.

== crlf-01 crlf crlf
Name: {patient.full}
Chart: {mrn}
SSN: {ssn}
Street: {street.broken}
City: {city}, {state} {zip}

Seen {date.us:0} by {provider.full} for {complaint}.
Phone {phone}
Mail {email}

== crlf-02 crlf crlf
{rows:4-6|#;{patient.last_first:#};{mrn:#};{phone.broken:#};{date.iso:-#}}

printed at {facility} by {username:provider/x}, host {ip}

== combining-01 combining-marks nfd
Décharge à la maison: {accented.full}, née {accented.last:b}, chart {mrn}, {date.dmy:0}.
Señora {relative.full} (niñera) at {street}; naïve to {med}; café au lait spots.
{accented.first} {accented.last} and {accented.full:c}: {phone}, {email}. {provider.full}

== combining-02 combining-marks nfd prose
{accented.full:a}, {accented.full:b}, {accented.full:c} and {accented.full:d} (façade, résumé,
Ångström, coöperate) were called on {date.long:0}; {accented.last_first:a} lives in {city}, SSN
{ssn}, {accented.initial_last:b} has chart {mrn}.

== astral-01 astral
\U0001f600 {patient.full} \U0001f468\u200d\U0001f469\u200d\U0001f467 {relative.full} \U0001f4de \
{phone} \U0001f4e7 {email}
\U0001f3e0 {street}, {city} {zip} \U0001f697 {plate} \U0001f382 {dob.long} \U0001f194 {mrn} \
\U0001f4b3 {card}
\U0001f489 {med} \U0001f60a\U0001f44d\U0001f3fd thanks {provider.first} \U0001f49c \
\U00020000\U0002070e {date.us:0}

== astral-02 astral
styled by a phone: {patient.full.bold}, {relative.full.bold}, chart {mrn.bold}, SSN {ssn.bold}
\U0001d4e3\U0001d4f1\U0001d4f8 {street.bold}, {city.bold}; call {phone.bold}; {email.bold}; \
{date.iso.bold:0} \U0001f64f

== rtl-01 right-to-left
Patient {rtl_name:a} (chart {mrn}) came with {rtl_name:b} on {date.us:0}. \
\u200f{rtl_name:c}\u200e, phone {phone}.
Interpreter for {rtl_name:a} booked {date.long:3}; {provider.full} speaks some. \
\u202b{rtl_name:d}\u202c, {email}.

== rtl-02 right-to-left
name: {rtl_name:a} | mother: {rtl_name:b} | father: {rtl_name:c} | SSN: {ssn}
{rtl_name:a}\u200f, {street}, {city} \u2067{rtl_name:d}\u2069 {phone} {date.iso:0}
""",
    copies=3,
)
"""In the order they were added."""
