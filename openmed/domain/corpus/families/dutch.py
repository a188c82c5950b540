"""Families in Dutch."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

DUTCH_NOTES: Final = read_sheet(
    """
== nl-discharge-01 discharge
ONTSLAGBRIEF                                        {facility}, {date.dashes:0}
Betreft: {patient.full}, geboren {dob.dashes}, patiëntnummer {mrn}, BSN {ssn}
Opgenomen van {date.dashes:-6} tot {date.dashes:0}, behandelaar {provider.full:b}
Reden: {complaint}. Conclusie: {dx}. Behandeld met {med}, met goed resultaat.
{g:Meneer|Mevrouw} {patient.last} gaat naar huis, {street}, {zip} {city}; \
{g.relative.k:zoon|dochter} {relative.full:k}, tel. {phone:k}, helpt.
Controle op {date.long:14} bij {provider.full:c}. Vragen: {phone} of {email:provider/b}.
Polis {plan}

== nl-radiology-01 radiology smoke prose
Verslag CT van {date.dashes:0}. Patiënt {patient.last_first}, {age} jaar, nummer {mrn}, aangevraagd
door {provider.full:a} wegens {complaint}. Vergeleken met het onderzoek van {date.dashes:-140}. Geen
acute afwijkingen. Beelden staan op {url}. Uitslag doorgebeld aan {relative.full} op {phone} en
gemaild naar {email}; fax {fax}. BSN {ssn}, polis {plan}. Getekend {provider.full:r}, {facility}.

== nl-nursing-01 nursing
Rapportage nachtdienst {date.dashes:0}
22:{num:10-59} Overdracht van {provider.first:a}. {g:Dhr.|Mw.} {patient.last} ({mrn}), {age} jaar, \
rustig.
23:{num:10-59} Meldt {complaint}; {provider.last:g} gebeld; {med} gegeven.
01:{num:10-59} {g.relative.n:Kleinzoon|Kleindochter} {relative.full:n} belde, {phone:n}, vroeg \
naar {patient.first}.
05:{num:10-59} Slaapt. Mantelzorger {relative.full:m}, {street:m}, {city:m}, {phone:m}.
Nog invullen: polis {plan}, BSN {ssn}, adres {street}, {zip} {city}. Vpk. {provider.full:b}

== nl-letter-01 letter prose
{city:l}, {date.long:0}

Beste collega {provider.full:a}, graag uw oordeel over {patient.full}, {age} jaar, {profession},
wonend {street}, {zip} {city}, met sinds {date.month:-30} {complaint}. Gebruikt {med}. Bij ons
nummer {mrn}, bij u {mrn:b}. Te bereiken op {phone}, {email}, of via
{g.relative.p:echtgenoot|echtgenote} {relative.full:p}, {phone:p}. BSN {ssn}. De familie komt uit
{country} en woont hier sinds {date.long:-1600}.

Met vriendelijke groet, {provider.full:ik}

== nl-message-01 message prose
Goedemorgen, met {patient.full}, geboren {dob.dashes}. Ik kan op {date.dashes:5} niet bij dokter
{provider.last:d} komen, want {relative.full:s} wordt geopereerd. Kan het op {date.dashes:12}? Mijn
nummer is {mrn}, polis {plan}. We zijn verhuisd naar {street}, {zip} {city}; eerst {street:o}.
Nieuwe mail {email}, mobiel {phone}; dat van {relative.first:s} is {phone:s}. Groet, {patient.first}

== nl-table-01 table
bed;naam;nummer;BSN;opname;telefoon
{rows:4-5|{num:1-9}0#;{patient.last_first:#};{mrn:#};{ssn:#};{date.dashes:-#};{phone:#}}
afgedrukt {date.dashes:0} door {provider.full}, {facility}

== nl-record-01 key-value
Achternaam: {patient.last}
Voornaam: {patient.first}
Geboren: {dob.dashes}
Patiëntnummer: {mrn}
BSN: {ssn}
Polisnummer: {plan}
Rijbewijs: {licence}
Adres: {street}
Postcode en plaats: {zip} {city}
Mobiel: {phone}
E-mail: {email}
Rekening: {iban}
Contact: {relative.full}, {phone:c}
Huisarts: {provider.full}

== nl-office-01 office prose
Herinnering aan {patient.full}, {street}, {zip} {city}: de nota van {date.dashes:-45} (nummer {mrn})
van {num:20-900} euro staat nog open. Afschrijven van {iban} en van kaart {card} lukte niet. Betaal
voor {date.dashes:14} op {iban:b} of via {url}. BSN {ssn}, polis {plan}. Uw bericht kwam van adres
{ip}. Contact: {provider.full:t}, {phone}, {email:provider/t}, fax {fax}. Kopie aan {relative.full},
{street:r}, {city:r}.

== nl-negative-01 hard-negative prose
Afspraak op de afdeling: bij kortademigheid rechtop zetten, zuurstof {num:2-6} liter, {med}.
Controle elke {num:15-60} minuten; RR 1{num:10-50}/{num:60-90}, pols {num:60-99}. Babinski negatief,
Murphy negatief, Lasègue {num:40-80} graden, Child A, GOLD {num:1-4}. {test} herhalen. ICD I10;
kamer {num:100-480}, bed {num:1-4}.
""",
    language="nl",
    copies=3,
)
"""In the order they were added."""
