"""Families of letters and messages: portal, e-mail, text messages, schedules by mail."""

from typing import Final

from openmed.domain.corpus.family import Family
from openmed.domain.corpus.template import lines, prose

LETTERS: Final = (
    Family(
        "portal-01",
        "message",
        prose("""
            Hello Dr. {provider.last}, it's {patient.full} again. Since {date.day:-3} I have had
            {complaint}. Should I stop {med}? You can reach me on {phone} after five. My
            {pick:husband|wife|roommate} {relative.first} can also take a message. Thanks so much!
            {patient.first}
            """),
        smoke=True,
    ),
    Family(
        "portal-02",
        "message",
        lines("""
            From: {email}
            To: {email:provider/}
            Sent: {date.weekday:0}
            Subject: refill

            Dear {provider.full},
            I am out of {med}. Please send it to the pharmacy in {city}, zip {zip}.
            My date of birth is {dob.us} and my SSN is {ssn}.

            {patient.full}
            {street}
            {phone}
            """),
    ),
    Family(
        "portal-03",
        "message",
        prose("""
            I can't log in to the portal! Username {username}, e-mail {email}. It says my account
            was locked on {date.slash:0}. I tried from home ({ip}) and from the library. I need the
            {test} result for my appointment with {provider.full} on {date.slash:2}. Please help,
            {patient.full}, patient number {mrn}.
            """),
        smoke=True,
    ),
    Family(
        "portal-04",
        "message",
        prose("""
            Good morning {patient.title} {patient.last}, your {test} came back
            {pick:normal|slightly high, nothing to worry about}. Dr. {provider.last:md} would like
            to repeat it on or after {date.long:42}. To pick a time open {url} or call {phone}.
            Please don't reply to this message. {provider.first:ma}, medical assistant, {facility}
            """),
    ),
    Family(
        "portal-05",
        "message",
        lines("""
            SMS thread
            > {phone}: hi is this the clinic? {patient.full} here
            < Yes! Date of birth please
            > {dob.short}. need to move my {date.slash:4} visit w {provider.last}
            < {date.slash:11} at 3:{num:10-50} ok?
            > perfect. my new email is {email}
            < Saved. New address too?
            > {street}, {city} {zip}
            """),
    ),
    Family(
        "portal-06",
        "message",
        prose("""
            My parent ({patient.full}, {age:90-99} in {date.month:30}) was more confused this
            weekend and asked three times where {relative.first} was. The aide from {facility} came
            at noon and measured {vitals}. Dr. {provider.last}, could this be the {med}? I hold the
            proxy; {relative.full:me}, {email:relative/me}, {phone}.
            """),
    ),
    Family(
        "letter-01",
        "letter",
        lines("""
            {patient.full}
            {street}
            {city}, {state} {zip}

            {date.long:0}

            Dear {patient.first},

            You missed your visit with Dr. {provider.last} on {date.long:-1}.
            Please call {phone} to find a new time{pick:.|; a fee may apply.}

            Sincerely,
            The front desk, {facility}
            """),
    ),
    Family(
        "letter-02",
        "letter",
        prose("""
            To whom it may concern: {patient.full} has been under my care since {date.month:-700}.
            Because of {dx} {patient.he} cannot work as {profession} before {date.dmy:45}. Questions
            may be sent, with a signed release, to {email:provider/}, fax {fax}. {provider.full},
            MD, license {npi}.
            """),
    ),
    Family(
        "letter-03",
        "letter",
        prose("""
            Dear {relative.title} {relative.last},

            We were sorry to hear of the passing of your uncle or aunt, {patient.full}, at
            {facility} on {date.long:-12}. {patient.He} was {age:90-100}. I remember {patient.his}
            stories of years as {profession} in {country}. {patient.His} personal effects (a
            hearing aid, serial {serial}) can be collected from the ward until {date.long:20}.

            {provider.full}
            """),
    ),
    Family(
        "letter-04",
        "letter",
        lines("""
            NOTICE OF PRIVACY INCIDENT                                   {date.us:0}
            Sent to: {patient.full}, {street}, {city}, {state} {zip}

            On {date.us:-30} a laptop (MAC {mac}) was stolen from a car ({plate}) in {city:b}.
            It held your name, Social Security number ({ssn}), record number ({mrn})
            and e-mail address ({email}).
            The file was last opened from address {ip} by user {username:provider/x}.
            Call {phone} for credit monitoring, code {study}.
            Privacy officer: {provider.full:officer}
            """),
        smoke=True,
    ),
    Family(
        "letter-05",
        "letter",
        prose("""
            Jury duty excusal request. Juror: {patient.full}, Social Security {ssn}, residing at
            {street}, {city}, {state_name} {zip}. I certify that the above has {dx} and cannot sit
            for long. Examined {date.ordinal:-2}. Signed, {provider.middle}, {facility}, telephone
            {phone}.
            """),
    ),
    Family(
        "letter-06",
        "letter",
        lines("""
            SCHOOL MEDICATION FORM
            Student {patient.full}       Age {age:5-17}      Date {date.us:0}
            Parent/guardian {relative.full}
            Daytime phone {phone}        E-mail {email:relative/}
            Home {street}, {city} {zip}
            Medicine {med}
            Give {pick:at noon|before sports|only when wheezing}
            Prescriber {provider.full}   Clinic fax {fax}
            """),
        smoke=True,
    ),
    Family(
        "letter-07",
        "letter",
        prose("""
            Dear neighbors of the {ward} support group, our next meeting is on {date.weekday:10}.
            {patient.full} has offered {patient.his} home, {street} in {city}, and
            {relative.full} will bring soup. RSVP to {email} or text {phone}. Our guest is
            {provider.full}, who will talk about living with {dx}.
            """),
    ),
)
"""In the order they were added."""
