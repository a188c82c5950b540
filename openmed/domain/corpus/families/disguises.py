"""Adversarial families: personal values in shapes that a careless model does not know."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

DISGUISES: Final = read_sheet(
    """
== adversarial-10 adversarial smoke prose
Spoken history, taken down word for word. I was born on {dob.said}, came here on {date.said:-900},
and had the first attack on {date.said_us:-30}. They operated {date.said_day:-12}. I signed on the
{date.legal:-11}; the clerk wrote {date.roman:-11} and {date.tiny:-10}. I am {age.words} now. Come
back, they said, {date.short_weekday:6} or {date.apostrophe:60}, or {date.spread:7}. {patient.full}
told this to {provider.full}.

== adversarial-11 adversarial
Numbers as they were read out, digit by digit:
 chart {mrn.spaced}
 social {ssn.spaced}
 phone {phone.spaced}
 fax {fax.spaced}
 card {card.spaced}
 plan {plan.spaced}
Name spelled: {patient.spaced}. Taken at {date:0}, read back to {patient.first}, correct.

== adversarial-12 adversarial
Numbers as the old form groups them
 chart {mrn.grouped}   chart of the mother {mrn.grouped:m}
 social {ssn.grouped}   social of the mother {ssn.grouped:m}
 phone {phone.grouped}   fax {fax.grouped}   card {card.grouped}
 account {account.grouped}   bank {iban.grouped}   handset {imei.grouped}
 car {vin.grouped}
for {patient.last_first} and {relative.last_first:m}, {date.dashes:0}

== adversarial-13 adversarial
LINK{url}END pt{patient.camel}dob{dob.compact}sex{patient.sex}
mrn={mrn};ssn={ssn};tel={phone.bare};fax={fax.bare};ip={ip};user={username};mac={mac}
file:{patient.camel}_{date.compact:0}_{accession}.pdf size {num:12-900}kB
ID{mrn:b}ID{mrn:c}ID{mrn:d} cc{card.bare}cc{card.bare:b} plate{plate.bare}vin{vin}sn{serial}

== adversarial-14 adversarial prose
Double names. {compound.full} married {compound.full:b}; the children are {compound.full:c} and
{compound.full:d}. Please file {compound.last_first} under the first part, never under the second,
and do not merge {compound.last:b} with {compound.last:c}. Seen by {compound_provider.full},
{date.dmy:0}. {compound.first}'s phone {phone}, {compound.first:b}'s phone {phone:b}; both at
{street}.

== adversarial-15 adversarial
sign-out   {patient.bare_initials} / {relative.bare_initials:a} / {relative.bare_initials:b}
{patient.bare_initials} ({patient.initials}, {patient.first_initial}) stable, {mrn}
{relative.bare_initials:a} ({relative.initials:a}, {relative.first_initial:a}) febrile, {mrn:a}
{relative.bare_initials:b} ({relative.initials:b}, {relative.last_initial:b}) to go home \
{date.slash:1}, {mrn:b}
call {provider.initials} or {provider.first_initial:x} on {phone}

== adversarial-16 adversarial prose
{patient.nick} says nobody calls {patient.him} {patient.first}. {patient.nick_last}, as the mailbox
at {street} has it, wants {relative.nick} ({relative.nick_last}) told first, then {relative.nick:b}.
{patient.nick} is due {date.lower:4}, {relative.nick} drives, plate {plate}; text {phone}. Chart
still says {patient.full}, {mrn}; mail {email}.

== adversarial-17 adversarial
RE: {patient.full.upper} - LIVES {street.upper}, {city.upper} {zip} - BORN {dob.caps}
EMAIL {email.upper} - WEB {url.upper} - USER {username.upper}
NEXT OF KIN {relative.full.upper} - {phone} - CAR {plate} - JOB {profession.upper}
SEEN AT {facility.upper} BY {provider.full.upper} ON {date.caps:0}. NO KNOWN ALLERGY. {complaint}.

== adversarial-18 adversarial
no shift key today. {patient.full.lower} from {city.lower}, {street.lower}, was born in \
{country.lower}, worked as {profession.lower}
mrn {mrn.lower} plan {plan.lower} iban {iban.lower} vin {vin.lower} plate {plate.lower} licence \
{driver.lower}
{relative.full.lower} will call {phone} after {date.lower:2}, {provider.lower_last} said ok at \
{facility.lower}

== adversarial-19 adversarial
SCANNED PAGE, CONFIDENCE 0.{num:61-79}
Pati3nt: {patient.full.misread}    Chart n0.: {mrn.misread}    S0cial: {ssn.misread}
Addre5s: {street.misread}, {city.misread} {zip.misread}    Te1.: {phone.misread}    Fax: \
{fax.misread}
E-mai1: {email.misread}    P1an: {plan.misread}    Acc0unt: {account.misread}    Card: \
{card.misread}
S1gned: {provider.full.misread}, {date.us.misread:0}

== adversarial-20 adversarial
The printer cut the lines, {date.us:0}
Signed {patient.hyphen_broken}, chart {mrn.broken}, SSN {ssn.broken}, lives at {street.broken}
in {city}; phone {phone.broken}, mail {email.broken}, web
{url.broken}; card {card.broken}, bank {iban.broken}, VIN {vin.broken}, handset
{imei.broken}; doctor {provider.broken}

== adversarial-21 adversarial
Copied from a web page (blanks that are none):
 {patient.full.unbreakable} | {mrn.unbreakable} | {ssn.unbreakable} | {phone.unbreakable} | \
{fax.unbreakable}
 {street.unbreakable} | {zip.unbreakable} | {card.unbreakable} | {iban.unbreakable} | \
{account.unbreakable}
 {relative.full.unbreakable} | {plate.unbreakable} | {date.long.unbreakable:0} | \
{provider.full.unbreakable}

== adversarial-22 adversarial
Pasted from a chat; the app hides signs of no width between letters.
{patient.full.zerowidth}, chart {mrn.zerowidth}, SSN {ssn.zerowidth}
{email.zerowidth}, {phone.zerowidth}, {street.zerowidth}, {city.zerowidth}
{url.zerowidth}, {ip.zerowidth}, {username.zerowidth}, {serial.zerowidth}
said by {provider.last.zerowidth} on {date.iso.zerowidth:0}

== adversarial-23 adversarial
Newsletter text with hidden hyphens: {patient.full.softhyphen}, a {profession.softhyphen} of \
{city.softhyphen}, walks again.
Write to {street.softhyphen}, {email.softhyphen}, or through {facility.softhyphen}; call \
{phone.softhyphen}. Page {url.softhyphen}.
Trust account {account.softhyphen}, bank {iban.softhyphen}. {relative.full.softhyphen} thanks \
{provider.full.softhyphen}.

== adversarial-24 adversarial
Letters that only look Latin (sent by someone who did not want to be found):
name {patient.full.homoglyphs}; friend {relative.full.homoglyphs}; town {city.homoglyphs}
mail {email.homoglyphs}; page {url.homoglyphs}; login {username.homoglyphs}
street {street.homoglyphs}; plate {plate.homoglyphs}; chart {mrn.homoglyphs}; \
{date.long.homoglyphs:0}

== adversarial-25 adversarial
Form filled with a foreign keyboard, wide digits
chart {mrn.wide}   SSN {ssn.wide}   phone {phone.wide}   fax {fax.wide}   zip {zip.wide}
card {card.wide}   bank {iban.wide}   born {dob.iso.wide}   seen {date.us.wide:0}   age {age}
address {ip.wide}   plan {plan.wide}   plate {plate.wide}   {patient.full}, {street.wide}

== adversarial-26 adversarial prose
Very old. {patient.full} turned {age:90-103} and does not look it; {patient.his} {relative.son}
{relative.full} is no child either. "I am {age.words:90-103}," {patient.he} says, "and my street,
{street_name}, is older." Lives above the shop at the corner of {street_name:a} and {street_name:b}
in {city}. On {date.ordinal:3} the town will name a bench. Chart {mrn}, call {phone}.
{provider.first_initial}

== adversarial-27 adversarial prose
Directions for the visiting nurse, as {patient.first} gives them: past {street_name:a}, left into
{street_name:b}, the blue door after {street_name:c}; not the house at {street}, that is
{relative.full:n}'s. The gate is on {street_name:d}. {patient.last} waits on {date.weekday:1}; if
lost, {phone}. The dog belongs to {relative.first:n}. Zip {zip:n} will mislead the map; use {zip}.

== adversarial-28 adversarial
aliases on file for one mailbox
{email.plus}
{email.plus:relative/s}
{email.plus:relative/t}
{email.upper:relative/u}
shown as "{patient.full}" <{email}>, "{relative.full:s}" <{email:relative/s}>, "{relative.full:t}" \
<{email:relative/t}>
mailto:{email.plus:relative/v}?subject=results&cc={email.plus:relative/w}, sent {date.iso:0}

== adversarial-29 adversarial
In the ticket: "open '{url:a}' (chart {mrn:a}), then <{url:b}>, then [{url:c}]({url:d})."
{url:e}.  ({url:f})  "{url:g}"  see {url:h}; and {url:i}, or {url:j}
curl -u {username}:secret {url:k} --resolve {ip:k} -H "chart: {mrn:k}" -d mail={email}
logged {date.iso:0}: {ip:a},{ip:b},{ip:c};{ip6:d} [{ip6:e}] {ip6:f} for {patient.full.underscored}

== adversarial-30 adversarial prose
Names that are words. {word.full} and {word.full:b} share a room with {word.full:c}. Ask
{word.first} whether {word.last:b} may walk; {word.last} may not. {word.title:c} {word.last:c} will
see {word_provider.full} on {date.long:2}; {word.title} {word.last} saw {eponym_provider.full} on
{date.long:-2} for {eponym.full}'s sake. Charts {mrn:a}, {mrn:b} and {mrn:c}; lines {phone:a} and
{phone:b}.

== adversarial-31 adversarial
undelivered_{patient.full.underscored}_{street.underscored}_{city.underscored}_{zip}.eml
{relative.full.underscored:a}__{relative.full.underscored:b}--{mrn}--{date.compact:0}.zip
C:\\scan\\{patient.last}\\{photo} and //nas/{relative.last:a}/{photo:b} and \
s3://x/{bio}/{photo:c}
{username}/{ip} {mac} {serial}+{serial:b}={accession}

== adversarial-32 adversarial
CHECKED AND FAILED (the digit at the end does not fit, the person is real)
chart {mrn.spoiled} {patient.full}        chart {mrn.spoiled:b} {relative.full:b}
card {card.spoiled}        card {card.spoiled:b}
bank {iban.spoiled}        bank {iban.spoiled:b}
VIN {vin.spoiled}        handset {imei.spoiled}        NPI {npi.spoiled}        DEA {dea.spoiled}
ask {phone}, {email}, {date.us:0}
""",
    copies=3,
)
"""In the order they were added."""
