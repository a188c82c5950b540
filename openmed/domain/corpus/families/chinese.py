"""Families in Chinese."""

from typing import Final

from openmed.domain.corpus.sheet import read_sheet

CHINESE_NOTES: Final = read_sheet(
    """
== zh-discharge-01 discharge smoke
{facility} 出院小结
姓名：{patient.full}  年龄：{age}岁  住院号：{mrn}  身份证号：{ssn}
入院日期：{date.long:-8}  出院日期：{date.long:0}  主治医师：{provider.full:z}
患者因"{complaint}"入院，诊断为{dx}，给予{med}治疗，病情好转出院。
家庭住址：{city}{street}，邮编{zip}。联系人：{relative.full:j}（{g.relative.j:儿子|女儿}），电话{phone:j}。
{date.long:14}门诊复查。咨询电话{phone}，邮箱{email:provider/z}。医保号{plan}。
住院医师：{provider.full:y}

== zh-radiology-01 radiology
CT检查报告  检查日期{date.iso:0}
受检者{patient.full}，生于{dob.iso}，病历号{mrn}，由{provider.full:s}医师申请，主诉{complaint}。
与{date.iso:-130}片比较，未见明显新发病变。图像见 {url} 。
结果已于{date.day:0}电话告知{relative.full}，号码{phone}，并发至{email}，传真{fax}。
身份证{ssn}，医保{plan}。报告医师{provider.full:r}，{facility}。

== zh-nursing-01 nursing
夜班护理记录 {date.iso:0}
22:{num:10-59} 与{provider.full:a}交接。{patient.full}（{mrn}），{age}岁，神志清。
23:{num:10-59} 诉{complaint}，报告{provider.last:g}医生，予{med}。
01:{num:10-59} {g.relative.n:孙子|孙女}{relative.full:n}来电，{phone:n}，询问{patient.full}情况。
05:{num:10-59} 安静入睡。陪护{relative.full:p}，住{city:p}{street:p}，电话{phone:p}。
待补：医保{plan}，身份证{ssn}，地址{city}{street}，邮编{zip}。护士{provider.full:b}

== zh-letter-01 letter
{provider.last:a}主任：
兹介绍{patient.full}前来就诊。患者{age}岁，{profession}，住{city}{street}（邮编{zip}），自{date.month:-30}起{complaint}。
现服{med}。我院病历号{mrn}，贵院病历号{mrn:b}。电话{phone}，邮箱{email}。
{g.relative.p:丈夫|妻子}{relative.full:p}，电话{phone:p}。身份证{ssn}。曾在{country}工作至{date.long:-700}。
此致  {provider.full:w}  {facility}  {date.long:0}

== zh-message-01 message
您好，我是{patient.full}，{dob.long}出生。{date.day:5}约了{provider.last:d}医生，但是{relative.full:s}要做手术，\
能改到{date.day:12}吗？
我的病历号{mrn}，医保号{plan}。搬家了，现住{city}{street}，邮编{zip}，原来住{street:o}。
新邮箱{email}，手机{phone}，{relative.full:s}的电话{phone:s}。谢谢！{patient.last}{g:先生|女士}

== zh-table-01 table
床号,姓名,住院号,身份证号,入院,电话
{rows:4-5|{num:1-9}0#,{patient.full:#},{mrn:#},{ssn:#},{date.iso:-#},{phone:#}}
打印 {date.iso:0} {provider.full} {facility}

== zh-record-01 key-value
姓名：{patient.full}
曾用名：{relative.full:old}
出生日期：{dob.long}
病历号：{mrn}
身份证：{ssn}
医保卡：{plan}
驾驶证：{licence}
住址：{city}{street}
邮编：{zip}
手机：{phone}
邮箱：{email}
账号：{account}
职业：{profession}
联系人：{relative.full}，{phone:c}
签约医生：{provider.full}

== zh-office-01 office
催款通知（{date.spoken:0}）
{patient.full}，{city}{street}，邮编{zip}：您{date.long:-40}的费用（病历号{mrn}）尚欠{num:200-900}元。
账号{account}与银行卡{card}扣款失败，请于{date.long:14}前转入{account:b}或登录 {url} 缴纳。
身份证{ssn}，医保{plan}，驾驶证{licence}。申请来自 {ip} 。
经办人{provider.full:t}，电话{phone}，{email:provider/t}，传真{fax}。抄送{relative.full}，{city:r}{street:r}。

== zh-negative-01 hard-negative
病区常规：气促者取半卧位，吸氧{num:2-6}升，予{med}。每{num:15-60}分钟观察一次，血压1{num:10-50}/{num:60-90}，脉搏{num:60-99}。
巴宾斯基征阴性，墨菲征阴性，心功能{num:1-4}级，Child分级A。复查{test}。
编码I10；{num:100-480}房{num:1-4}床。
""",
    language="zh",
    copies=3,
)
"""In the order they were added."""
