"""Families in Hindi."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

HINDI_NOTES: Final = read_sheet(
    """
== hi-discharge-01 discharge
{facility} - डिस्चार्ज सारांश
रोगी: {patient.full}     आयु: {age} वर्ष     UHID: {mrn}     आधार: {ssn}
भर्ती: {date:-6}     छुट्टी: {date:0}     चिकित्सक: डॉ. {provider.full:d}
शिकायत: {complaint}। निदान: {dx}। उपचार: {med}, हालत में सुधार।
घर का पता: {street}, {city} - {zip}। {g.relative.b:बेटा|बेटी} {relative.full:b}, फ़ोन {phone:b}।
अगली जाँच {date.long:14} को। संपर्क: {phone}, {email:provider/d}। बीमा {plan}।
हस्ताक्षर: डॉ. {provider.full:r}

== hi-radiology-01 radiology prose
सीटी स्कैन रिपोर्ट, दिनांक {date.slashes:0}। रोगी {patient.full}, जन्म {dob.slashes}, संख्या {mrn},
डॉ. {provider.full:a} ने {complaint} के कारण भेजा। {date.slashes:-120} की जाँच से तुलना की गई। कोई
नई गड़बड़ी नहीं। चित्र {url} पर हैं। परिणाम {relative.full} को {phone} पर बताया गया और {email} पर
भेजा गया; फ़ैक्स {fax}। आधार {ssn}, बीमा {plan}। डॉ. {provider.full:r}, {facility}

== hi-nursing-01 nursing
रात की ड्यूटी, {date.devanagari:0}
10:{num:10-59} बजे {provider.first:a} से चार्ज लिया। {patient.full} ({mrn}), {age} वर्ष, स्थिर।
11:{num:10-59} बजे शिकायत: {complaint}; डॉ. {provider.last:g} को बताया; {med} दी।
1:{num:10-59} बजे {g.relative.n:पोते|पोती} {relative.full:n} का फ़ोन आया, {phone:n}; \
{patient.first} का हाल पूछा।
5:{num:10-59} बजे सो रहे हैं। साथ में {relative.full:m}, {street:m}, {city:m}, {phone:m}।
लिखना बाकी: बीमा {plan}, आधार {ssn}, पता {street}, {city} {zip}। नर्स {provider.full:b}

== hi-letter-01 letter prose
{city:l}, {date.long:0}

प्रिय डॉ. {provider.full:a}, कृपया {patient.full} को देखें, उम्र {age} वर्ष, पेशा {profession},
निवासी {street}, {city} {zip}, जिन्हें {date.month:-25} से {complaint} है। दवा: {med}। हमारे यहाँ
संख्या {mrn}, आपके यहाँ {mrn:b}। फ़ोन {phone}, ईमेल {email}; {g.relative.p:पति|पत्नी}
{relative.full:p}, {phone:p}। आधार {ssn}। पहले {country} में रहते थे, {date.long:-900} को लौटे।

सादर, डॉ. {provider.full:me}

== hi-message-01 message prose
नमस्ते, मैं {patient.full}, जन्म तिथि {dob.slashes}। {date.slashes:5} को डॉ. {provider.last:d} के
पास नहीं आ पाऊँगा, {relative.full:s} का ऑपरेशन है। क्या {date.slashes:12} ठीक रहेगा? मेरी संख्या
{mrn} और बीमा {plan} है। अब मेरा पता {street}, {city} {zip} है, पहले {street:o} था। नया ईमेल
{email}, मोबाइल {phone}; {relative.first:s} का {phone:s}। धन्यवाद, {patient.first}

== hi-table-01 table smoke
बिस्तर;नाम;संख्या;आधार;भर्ती;फ़ोन
{rows:4-5|{num:1-9}0#;{patient.full:#};{mrn:#};{ssn:#};{date.slashes:-#};{phone:#}}
छपा {date.slashes:0}, {provider.full}, {facility}

== hi-record-01 key-value
नाम: {patient.full}
जन्म तिथि: {dob.slashes}
UHID: {mrn}
आधार: {ssn}
बीमा: {plan}
पैन: {licence}
पता: {street}
शहर: {city}
पिन: {zip}
मोबाइल: {phone}
ईमेल: {email}
खाता: {account}
पेशा: {profession}
निकट संबंधी: {relative.full}, {phone:c}
चिकित्सक: डॉ. {provider.full}

== hi-office-01 office prose
सूचना: {patient.full}, {street}, {city} {zip}। {date.slashes:-40} का बिल (संख्या {mrn})
{num:200-900} रुपये बाकी है। खाते {account} और कार्ड {card} से भुगतान नहीं हुआ। कृपया
{date.slashes:14} तक {account:b} में या {url} पर जमा करें। आधार {ssn}, पैन {licence}, बीमा {plan}।
आपका अनुरोध {ip} से आया। संपर्क {provider.full:t}, {phone}, {email:provider/t}, फ़ैक्स {fax}। प्रति
{relative.full}, {street:r}, {city:r} को।

== hi-negative-01 hard-negative prose
वार्ड के नियम: साँस फूलने पर रोगी को बैठाएँ, ऑक्सीजन {num:2-6} लीटर दें, {med}। हर {num:15-60} मिनट
पर देखें; बीपी 1{num:10-50}/{num:60-90}, नाड़ी {num:60-99}। बाबिंस्की नकारात्मक, मर्फी नकारात्मक,
चाइल्ड A। {test} दोहराएँ। कोड I10; कमरा {num:100-480}, बिस्तर {num:1-4}।
""",
    language="hi",
    copies=3,
)
"""In the order they were added."""
