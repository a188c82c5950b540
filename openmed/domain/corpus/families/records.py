"""Families of structured records: key-value sheets, FHIR-like resources, tables, logs."""

from typing import Final

from openmed.domain.corpus.family import Family
from openmed.domain.corpus.template import lines, table

RECORDS: Final = (
    Family(
        "record-01",
        "key-value",
        lines("""
            resourceType: Patient
            identifier[0].system: urn:mrn
            identifier[0].value: {mrn}
            identifier[1].system: urn:ssn
            identifier[1].value: {ssn}
            name[0].family: {patient.last}
            name[0].given: {patient.first}
            gender: {patient.male}
            birthDate: {dob.iso}
            telecom[0].value: {phone}
            telecom[1].value: {email}
            address[0].line: {street}
            address[0].city: {city}
            address[0].postalCode: {zip}
            generalPractitioner.display: {provider.full}
            """),
    ),
    Family(
        "record-02",
        "key-value",
        lines("""
            {{
              "patient": {{"name": "{patient.full}", "dob": "{dob.iso}", "mrn": "{mrn}"}},
              "encounter": {{"id": "{visit}", "start": "{date.iso:-2}", "class": "{pick:AMB|IMP}"}},
              "performer": "{provider.full}",
              "contact": {{"email": "{email}", "phone": "{phone}"}},
              "location": "{facility}",
              "note": "{complaint}"
            }}
            """),
    ),
    Family(
        "record-03",
        "key-value",
        lines("""
            FACE SHEET
            Last name        {patient.last}
            First name       {patient.first}
            Birth date       {dob}
            Age              {age}
            SSN              {ssn}
            Street           {street}
            City             {city}
            State            {state}
            ZIP              {zip}
            Home phone       {phone:home}
            Cell             {phone:cell}
            Occupation       {profession}
            Next of kin      {relative.full}
            PCP              {provider.full}
            Member no.       {plan}
            """),
    ),
    Family(
        "record-04",
        "key-value",
        lines("""
            <patient>
              <name>{patient.full}</name>
              <born>{dob.iso}</born>
              <chart>{mrn}</chart>
              <tax-id>{ssn}</tax-id>
              <addr street="{street}" town="{city}" post="{zip}"/>
              <login user="{username}" lastIp="{ip}"/>
              <status>{pick:active|inactive|pending}</status>
            </patient>
            """),
    ),
    Family(
        "record-05",
        "key-value",
        lines("""
            REG UPDATE by {username:provider/clerk} on {date.iso:0}
            old name={patient.full:old}; new name={patient.full:new}
            old addr={street:old}, {city:old}, {zip:old}
            new addr={street:new}, {city:new}, {zip:new}
            old email={email:patient/old}; new email={email:patient/new}
            reason={pick:marriage|court order|typing error}; mrn={mrn}; ssn={ssn}
            """),
    ),
    Family(
        "record-06",
        "key-value",
        lines("""
            Implant registry card
            Holder ......... {patient.full}
            Born ........... {dob.dmy}
            Device ......... {pick:pacemaker|insulin pump|cochlear implant|knee prosthesis}
            Serial ......... {serial}
            Implanted ...... {date.dmy:-40}
            Hospital ....... {facility}, {city}
            Physician ...... {provider.full}
            Remote monitor . MAC {mac}, IMEI {imei}
            Helpline ....... {phone}
            """),
    ),
    Family(
        "record-07",
        "key-value",
        lines("""
            BEGIN:VCARD
            FN:{patient.full}
            N:{patient.last};{patient.first}
            BDAY:{dob.iso}
            TEL;TYPE=cell:{phone}
            TEL;TYPE=fax:{fax}
            EMAIL:{email}
            ADR:;;{street};{city};{state};{zip};{country}
            URL:{url}
            NOTE:{dx}
            END:VCARD
            """),
    ),
    Family(
        "record-08",
        "key-value",
        lines("""
            study_site,{facility}
            subject_code,{study}
            subject_name,{patient.full}
            subject_ssn,{ssn}
            consent_signed,{date.iso:-5}
            investigator,{provider.full}
            arm,{pick:placebo|active|open label}
            country,{country}
            payment_iban,{iban}
            contact,{email}
            """),
        smoke=True,
    ),
    Family(
        "table-01",
        "table",
        table(
            head="""
            Clinic list {date.us:0}, Dr. {provider.full}
            Time  | Patient | MRN | Reason
            ------+---------+-----+-------
            """,
            row="1#:{num:10-59} | {patient.last_first:#} | {mrn:#} | {complaint:#}",
            foot="Cover: {provider.full:cover}",
            rows=(3, 5),
        ),
    ),
    Family(
        "table-02",
        "table",
        table(
            head="name;dob;ssn;zip;phone",
            row="{patient.full:#};{date.iso:-1#000};{ssn:#};{zip:#};{phone:#}",
            foot="",
            rows=(2, 4),
        ),
        smoke=True,
    ),
    Family(
        "table-03",
        "table",
        table(
            head="""
            Bed | Name | Admitted | Team
            ----|------|----------|-----
            """,
            row="""
            #{pick:A|B} | {patient.last_initial:#} | {date.slash:-#} | {provider.last:#}
            """,
            foot="Charge nurse {provider.full:charge}; desk {phone}",
            rows=(3, 6),
        ),
    ),
    Family(
        "table-04",
        "table",
        table(
            head="""
            Mailing labels, {facility}
            """,
            row="""
            {patient.full:#}, {street:#}, {city:#}, {state:#} {zip:#}
            """,
            foot="Printed {date.mon:0} for {provider.full}; bounces to {email:provider/}",
            rows=(3, 5),
        ),
    ),
    Family(
        "table-05",
        "table",
        table(
            head="""
            AUDIT LOG   chart {mrn} ({patient.full})
            user          address          opened        reason
            """,
            row="{username:provider/#}   {ip:#}   {date.iso:#}   {pick:treatment|billing|audit}",
            foot="Reviewed by {provider.full:officer}",
            rows=(3, 4),
        ),
    ),
    Family(
        "table-06",
        "table",
        table(
            head="Immunization record of {patient.full}, born {dob.us}, no. {mrn}",
            row="dose #   {date.us:#0}   {pick:left|right} deltoid   by {provider.initial_last:#}",
            foot="Parent e-mail {email:relative/}; printed at {facility}",
            rows=(2, 4),
        ),
    ),
    Family(
        "table-07",
        "table",
        table(
            head="""
            Emergency contacts
            Name                 Relation      Phone
            """,
            row="{relative.full:#}   {pick:spouse|sibling|friend|parent}   {phone:#}",
            foot="""
            Patient: {patient.full}, {street}, {city} {zip}
            Updated {date.short:0}; e-mail {email}
            """,
            rows=(2, 3),
        ),
    ),
    Family(
        "table-08",
        "table",
        table(
            head="Record no.\tSurname\tGiven\tE-mail\tPlan no.",
            row="{mrn:#}\t{patient.last:#}\t{patient.first:#}\t{email:patient/#}\t{plan:#}",
            foot="Export of {date.iso:0} by {username:provider/x}",
            rows=(2, 4),
        ),
    ),
)
"""In the order they were added."""
