"""Families in Arabic."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

ARABIC_NOTES: Final = read_sheet(
    """
== ar-discharge-01 discharge
{facility} - ملخص الخروج
المريض: {patient.full}     العمر: {age} سنة     رقم الملف: {mrn}     رقم الهوية: {ssn}
تاريخ الدخول: {date:-7}     تاريخ الخروج: {date:0}     الطبيب المعالج: د. {provider.full:d}
الشكوى: {complaint}. التشخيص: {dx}. العلاج: {med}، مع تحسن الحالة.
العنوان: {street}، {city} {zip}. {g.relative.b:الابن|الابنة} {relative.full:b}، هاتف {phone:b}.
المراجعة يوم {date.long:14}. للاستفسار: {phone} أو {email:provider/d}. التأمين {plan}.
التوقيع: د. {provider.full:r}

== ar-radiology-01 radiology prose
تقرير الأشعة المقطعية بتاريخ {date.slashes:0}. المريض {patient.full}، مولود في {dob.slashes}، رقم
الملف {mrn}، أحاله د. {provider.full:a} بسبب {complaint}. بالمقارنة مع فحص {date.slashes:-120} لا
توجد تغيرات حادة. الصور على {url}. أبلغت النتيجة إلى {relative.full} على الرقم {phone} وأرسلت إلى
{email}، وفاكس {fax}. الهوية {ssn}، التأمين {plan}. د. {provider.full:r}، {facility}.

== ar-nursing-01 nursing
تقرير الليل {date.eastern:0}
10:{num:10-59} استلام من {provider.first:a}. {patient.full} ({mrn})، {age} سنة، الحالة مستقرة.
11:{num:10-59} يشكو من {complaint}؛ أبلغ د. {provider.last:g}؛ أعطي {med}.
1:{num:10-59} اتصل {g.relative.n:الحفيد|الحفيدة} {relative.full:n}، {phone:n}، للسؤال عن \
{patient.first}.
5:{num:10-59} نائم. المرافق {relative.full:m}، {street:m}، {city:m}، {phone:m}.
يستكمل: التأمين {plan}، الهوية {ssn}، العنوان {street}، {city} {zip}. التمريض {provider.full:b}

== ar-letter-01 letter smoke prose
{city:l}، {date.long:0}

الزميل الدكتور {provider.full:a} المحترم، أحيل إليكم {patient.full}، العمر {age} سنة، المهنة
{profession}، السكن {street}، {city} {zip}، بسبب {complaint} منذ {date.month:-25}. العلاج الحالي
{med}. رقم الملف لدينا {mrn} ولديكم {mrn:b}. الهاتف {phone}، البريد {email}؛
{g.relative.p:الزوج|الزوجة} {relative.full:p}، {phone:p}. الهوية {ssn}. كان يقيم في {country} حتى
{date.long:-900}.

مع التحية، د. {provider.full:me}

== ar-message-01 message prose
السلام عليكم، معكم {patient.full}، تاريخ الميلاد {dob.slashes}. لا أستطيع الحضور يوم
{date.slashes:5} عند د. {provider.last:d} لأن {relative.full:s} ستجرى له عملية. هل يناسب
{date.slashes:12}؟ رقم ملفي {mrn} والتأمين {plan}. عنواني الجديد {street}، {city} {zip}، والقديم
{street:o}. البريد {email}، الجوال {phone}، وجوال {relative.first:s} هو {phone:s}. شكرا،
{patient.first}

== ar-table-01 table
السرير;الاسم;الملف;الهوية;الدخول;الهاتف
{rows:4-5|{num:1-9}0#;{patient.full:#};{mrn:#};{ssn:#};{date.slashes:-#};{phone:#}}
طبع في {date.slashes:0} بواسطة {provider.full}، {facility}

== ar-record-01 key-value
الاسم: {patient.full}
تاريخ الميلاد: {dob.slashes}
رقم الملف: {mrn}
رقم الهوية: {ssn}
التأمين: {plan}
الرخصة: {licence}
العنوان: {street}
المدينة: {city}
الرمز البريدي: {zip}
الجوال: {phone}
البريد: {email}
الحساب: {iban}
المهنة: {profession}
جهة الاتصال: {relative.full}، {phone:c}
طبيب الأسرة: {provider.full}

== ar-office-01 office prose
إشعار إلى {patient.full}، {street}، {city} {zip}: فاتورة {date.slashes:-40} (الملف {mrn}) بمبلغ
{num:200-900} ريال لم تسدد. تعذر الخصم من {iban} ومن البطاقة {card}. يرجى السداد قبل
{date.slashes:14} إلى {iban:b} أو عبر {url}. الهوية {ssn}، الرخصة {licence}، التأمين {plan}. ورد
الطلب من {ip}. الموظف {provider.full:t}، {phone}، {email:provider/t}، فاكس {fax}. نسخة إلى
{relative.full}، {street:r}، {city:r}.

== ar-negative-01 hard-negative prose
تعليمات القسم: عند ضيق التنفس يرفع الرأس ويعطى الأكسجين {num:2-6} لتر، {med}. المراقبة كل
{num:15-60} دقيقة؛ الضغط 1{num:10-50}/{num:60-90}، النبض {num:60-99}. علامة بابنسكي سلبية، علامة
مورفي سلبية، تصنيف تشايلد A. يعاد {test}. الرمز I10؛ غرفة {num:100-480}، سرير {num:1-4}.
""",
    language="ar",
    copies=3,
)
"""In the order they were added."""
