"""Families of tables, long ones: lists, exports, registers, logs."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

GRIDS: Final = read_sheet(
    """
== table-10 table smoke
| born | chart | SSN | age | work | mail |
|---|---|---|---|---|---|
{rows:5-7|| {date.us:-1#907} | {mrn:#} | {ssn:#} | {years:#} | {profession:#} | {email:patient/#} |}

| pays with | account | seen |
|---|---|---|
{rows:4-6|| {iban:#} | {account:#} | {date.us:-#} |}

Row 1 is {patient.full:1}, row 2 is {patient.full:2}; both live at {street:1}, {city:1}, \
{state_name:1}.
Exported for {facility:x}, fax {fax}.

== table-11 table
ward;name;chart;ssn;admitted;street;town;nation;job
{rows:5-7|{num:1-9};{patient.last_first:#};{mrn:#};{ssn:#};{date.iso:-#};{street:#};{city:#};\
{country:#};{profession:#}}
;;;;;;;;
refund;owner;e-mail;until
{rows:3-5|{iban:#};{relative.full:#};{email:relative/#};{date.iso:#}}

== table-12 table
No   Thumb            Face               Chart          Entered            Age
{rows:5-7| #   {bio:#}   {photo:#}   {mrn:#}   {date.mon:-#}   {years:#}}
 ------------------------------------------------------------
 No  Fax out              Account         Card
{rows:4-5| #   {fax:#}   {account:#}   {card:#}}
 {rows:4-5| #   login {username:provider/#}   from {ip:#}   at {url:#}}
 Enrolled at {facility:e}, desk of {provider.full:e}; doubles: SSN {ssn:1} = SSN {ssn:2}; \
{email:provider/e}

== table-13 table
DIALYSIS SLOTS, {facility:u}, week of {date.long:0}
           Mon/Wed/Fri                              Tue/Thu/Sat
{rows:4-5|chair #    {patient.initial_last:a#} ({mrn:a#})    {relative.initial_last:b#} ({mrn:b#})}
dry weights changed on {date.long:-2} and {date.long:-9}
contact for each, in chair order, first group:
{rows:4-5|{street:#}, {city:#} | {email:patient/a#} | SSN {ssn:#} | {account:#}}
travelers from {country:1}, {country:2}; their plans {plan:1}, {plan:2}, paid from {iban:1}, \
{iban:2}

== table-14 table
date,amount,from,to,payer_ssn,payer_mail,memo
{rows:6-8|{date.iso:-#},{num:20-900}.{num:10-99},{iban:#},{account:#},{ssn:#},{email:patient/#},\
chart {mrn:#}}
portal,{url:1},{username:patient/1},{ip:1}
portal,{url:2},{username:patient/2},{ip:2}
portal,{url:3},{username:patient/3},{ip:3}
portal,{url:4},{username:patient/4},{ip:4}
claims,{claim:1},{claim:2},{claim:3}
chargebacks,,{card:1},{card:2},{ssn:x},{email:relative/x},by {provider.full:c} for {relative.full:x}

== table-15 table
STAFF IMMUNITY LIST, {facility}                       fax to state {fax}
licence       name               job                 titer date    age    thumb
{rows:5-7|{npi:#}   {provider.full:#}   {profession:#}   {date.us:-#3}   {years:#}   {bio:#}}
those also seen as patients
{rows:3-4|{relative.full:#}   chart {mrn:#}   SSN {ssn:#}   {street:#}, {city:#} {zip:#}   \
{email:relative/#}}
{account:1} pays the shots of outside staff, {iban:1} those of students

== table-16 table
CANCER REGISTRY ABSTRACTS                                     {date.compact:0}
{rows:5-6|
case # {patient.caps_last_first:#}  sex {patient.sex:#}  age {years:#}  chart {mrn:#}  ssn {ssn:#}
     born in {country:#}, worked as {profession:#}, dx {date.dmy:-#1}, last seen {date.dmy:-#}, at \
{facility:#}
     at diagnosis {street:#}, {city:#}, {state:#} {zip:#}; informant {email:relative/#}}
abstractor's fax {fax}; follow-up fax {fax:2}

== table-17 table
PRESCRIPTION MONITOR QUERY                       run by {username:provider/q} from {ip}
filled      patient SSN     prescriber DEA   pay            picked up with
{rows:6-8|{date.us:-#1}   {ssn:#}   {dea:#}   {pick:{card:#}|{account:#}|{plan:#}}   {driver:#}}
{rows:4-5|viewed from {ip:#} by {username:provider/v#} at {url:#}, ticket {claim:#}}
same person? {patient.full:1} of {street:1}, {city:1} ({mrn:1}) and {relative.full:2} of \
{street:2}, {city:2} ({mrn:2})
{provider.full:q}, {email:provider/q}, fax {fax}; refund {iban:1}; age {age}

== table-18 table
LOST AND FOUND, OUTPATIENT HALL {date.mon:0}
{rows:4-5|
item #: wallet of {patient.full:#}: card {card:#}, licence {driver:#}, health card {plan:#}, SSN \
card {ssn:#}
        bank slip {iban:#}, account book {account:#}; age on the licence {years:#}; call {phone:#}
        sent to {street:#}, {city:#} {zip:#} on {date.mon:#}; mail {email:patient/#}}
kept in safe, opened by thumb {bio:1} and {bio:2}; chart notes in {mrn:1}, {mrn:2}, {mrn:3}; fax \
{fax}

== table-19 table
RESEARCH LINKAGE KEY (destroy by {date.iso:90})
study code      chart         SSN          born         voice          bank
{rows:6-8|{study:#}   {mrn:#}   {ssn:#}   {date.iso:-2#411}   {bio:#}   {iban:#}}
names for rows 1-4: {patient.full:1}; {patient.full:2}; {patient.full:3}; {patient.full:4}
streets for rows 1-4: {street:1}; {street:2}; {street:3}; {street:4}
mail for rows 1-4: {email:patient/1}; {email:patient/2}; {email:patient/3}; {email:patient/4}
countries of birth: {country:1}, {country:2}, {country:3}; jobs: {profession:1}, {profession:2}
diaries at {url:1}, {url:2}, {url:3} and {url:4}, as {username:patient/1}, {username:patient/2},
{username:patient/3} and {username:patient/4}, from {ip:1}, {ip:2}, {ip:3} and {ip:4}
held by {provider.full:k}, fax {fax}, stipend account {account}

== table-20 table
Wait list     joined       phone           city            state
{rows:5-7|{patient.full:#}   {date.short:-#}   {phone:#}   {city:#}   {state_name:#}}
Confirmed     chart        SSN             mails to
{rows:5-7|{patient.last_first:#}   {mrn:#}   {ssn:#}   {street:#}, {zip:#}   {email:patient/#}}
Faxed to      {fax:1}, {fax:2}, {fax:3}, {fax:4}, {fax:5}
Loaned        {serial:1}, {serial:2}
Deposit       {card:1}, {card:2}, {iban:1}, {iban:2}, {account:1}, {account:2}
Scribe {provider.full:s}, fax {fax}. Offered {date.short:3}, {date.short:10} and {date.short:17}.

== table-21 table
GYM AND REHAB POOL, members on file               turnstile {ip}, {mac}
id   member                finger         face            car          since
{rows:5-6|#    {patient.full:#}   {bio:#}   {photo:#}   {plate:#}   {date.month:-#99}}
dues
{rows:5-6|#    {pick:{iban:#}|{account:#}|{card:#}}   statement to {email:patient/#} or \
{street:#}, {city:#} {zip:#}}
waivers need SSN: {ssn:1}, {ssn:2}, {ssn:3}; chart: {mrn:1}, {mrn:2}, {mrn:3}; age over limit: \
{years:1}, {years:2}
bookings by {username:patient/1} ({ip:1}), {username:patient/2} ({ip:2}), {username:patient/3} \
({ip:3})
clips {url:1}, {url:2}, {url:3}
front desk {phone}, fax {fax}; {facility}; site {url}; login {username:provider/d}
""",
    copies=4,
)
"""In the order they were added."""
