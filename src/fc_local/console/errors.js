// What a refusal of the API says to a person: in their language, and with the next step where the message has none.

import { language } from "./texts.js";

/** The API's messages and their Chinese; {1} is what stood in the first group. The first that fits counts. */
const CHINESE = [
  [/^(.+) is required but not provided$/, "缺少 {1}"],
  [/^(.+) is set to an invalid value \(allowed: (.+), actual: '(.*)'\)$/, "{1} 的值无效（允许：{2}；实际：{3}）"],
  [/^(.+) is set to an invalid value \(actual: '(.*)'\)$/, "{1} 的值无效（{2}）"],
  [/^(.+) is too small \(min: (.+), actual: '(.*)'\)$/, "{1} 过小（最小 {2}；实际：{3}）"],
  [/^(.+) is too large \(max: (.+) bytes, actual: '(.*)'\)$/, "{1} 过大（最多 {2} 字节；实际：{3}）"],
  [/^(.+) is too large \(max: (.+), actual: '(.*)'\)$/, "{1} 过大（最大 {2}；实际：{3}）"],
  [/^(.+) is too long \(max length: (.+), actual: '(.*)'\)$/, "{1} 过长（最多 {2} 个字符；实际：{3}）"],
  [/^(.+) contains too many values \(max: (.+), actual: (.+)\)$/, "{1} 的个数过多（最多 {2}；实际：{3}）"],
  [/^Environment variable name doesn't match expected format \(allowed: (.+), actual: '(.*)'\)$/s, "环境变量名不符合格式 {1}（实际：{2}）"],
  [/^Environment variable value doesn't match expected format \(allowed: (.+), actual: '(.*)'\)$/s, "环境变量的值须为非空的可打印字符（实际：{2}）"],
  [/^(.+) doesn't match expected format \(allowed: (.+), actual: '(.*)'\)$/s, "{1} 不符合格式 {2}（实际：{3}）"],
  [/^Environment variable name '(.*)' is reserved$/, "环境变量名 {1} 是保留的"],
  [/^(.+) must be a multiple of (.+)$/, "{1} 必须是 {2} 的倍数"],
  [/^the ratio of Memory\(in GB\) to CPU\(in core\) must be between 1 and 4, actual: (.+)$/, "内存（GB）与 CPU（核）之比须在 1 到 4 之间（实际：{1}）"],
  [/^runtime: (.+) is not supported by layer:(.+)$/, "层 {2} 不支持运行环境 {1}"],
  [/^(.+) '(.*)' does not belong to the account of the caller$/, "{1} 的 {2} 不属于当前账号"],
  [/^the caller is not authorized to perform 'ram:PassRole' on resource '(.*)'$/, "当前账号无权使用角色 {1}（ram:PassRole）"],
  [/^(.+) is not valid JSON$/, "{1} 不是有效的 JSON"],
  [/^(.+) is not in PEM format$/, "{1} 不是 PEM 格式"],
  [/^(.+) is not valid base64$/, "{1} 不是有效的 base64"],
  [/^(.+) is not a valid zip file$/, "{1} 不是有效的 zip 文件"],
  [/^(.+) cannot be changed$/, "{1} 不能修改"],
  [/^Updating trigger is not supported yet\.$/, "这类触发器不支持修改"],
  [/^only one http trigger is allowed for a version or alias$/, "一个版本或别名只能有一个 HTTP 触发器"],
  [/^json: cannot unmarshal (.+) into field (.+) of type (.+)$/, "{2} 的类型应为 {3}，不能是 {1}"],
  [/^file name '(.*)' is not inside the package$/, "文件名 {1} 不在代码包之内"],
  [/^Either ossBucketName\/ossObjectName or zipFile must be set$/, "没有代码：须提供 zipFile，或 ossBucketName 与 ossObjectName"],
  [/^object '(.*)' does not exist in '(.*)'$/, "存储空间 {2} 里没有对象 {1}"],
  [/^code checksum mismatch \(header: '(.*)', calculated: '(.*)'\)$/, "代码校验值不符（声明 {1}；实际 {2}）"],
  [/^payload size exceeds maximum allowed size \((.+) bytes\)$/, "代码包过大（最多 {1} 字节）"],
  [/^the code package cannot be read: (.+)$/, "代码包无法读取：{1}"],
  [/^service '(.*)' does not exist$/, "服务 {1} 不存在"],
  [/^function '(.*)' does not exist in service '(.*)'$/, "服务 {2} 里没有函数 {1}"],
  [/^trigger '(.*)' does not exist in service '(.*)' and function '(.*)'$/, "服务 {2} 的函数 {3} 没有触发器 {1}"],
  [/^alias '(.*)' of service '(.*)' does not exist$/, "服务 {2} 没有别名 {1}"],
  [/^version '(.*)' of service '(.*)' does not exist$/, "服务 {2} 没有版本 {1}"],
  [/^version '(.*)' of layer '(.*)' does not exist$/, "层 {2} 没有版本 {1}"],
  [/^layer '(.*)' does not exist$/, "层 {1} 不存在"],
  [/^domain name '(.*)' does not exist$/, "域名 {1} 不存在"],
  [/^service '(.*)' already exists$/, "服务 {1} 已存在"],
  [/^function '(.*)' already exists in service '(.*)'$/, "服务 {2} 里已有函数 {1}"],
  [/^trigger '(.*)' already exists in service '(.*)' and function '(.*)'$/, "服务 {2} 的函数 {3} 已有触发器 {1}"],
  [/^alias (.*) of service (.*) already exists$/, "服务 {2} 已有别名 {1}"],
  [/^version (.*) of service (.*) already exists$/, "服务 {2} 已有版本 {1}"],
  [/^version '(.*)' of layer '(.*)' already exists$/, "层 {2} 已有版本 {1}"],
  [/^layer '(.*)' already exists$/, "层 {1} 已存在"],
  [/^domain name (.*) already exists$/, "域名 {1} 已存在"],
  [/^service '(.*)' has active functions$/, "服务 {1} 里还有函数"],
  [/^service '(.*)' has active versions$/, "服务 {1} 还有已发布的版本"],
  [/^function '(.*)' has active triggers$/, "函数 {1} 还有触发器"],
  [/^function '(.*)' of service '(.*)' has provisioned instances at '(.*)'$/, "服务 {2} 的函数 {1} 在 {3} 有预留实例"],
  [/^the number of (.+) exceeds the limit (.+)$/, "{1} 的数量超过上限 {2}"],
  [/^(.+) is being updated by another request$/, "{1} 正在被另一个请求修改"],
  [/^the resource being modified has been changed$/, "打开页面之后已有人修改过"],
  [/^function '(.*)' in service '(.*)' has no http trigger$/, "服务 {2} 的函数 {1} 没有 HTTP 触发器"],
  [/^method '(.*)' is not allowed by the http trigger \(allowed: (.+)\)$/, "HTTP 触发器不允许请求方法 {1}（允许：{2}）"],
  [/^runtime (.+) cannot be run by the local server$/, "本地服务不能运行 {1}"],
  [/^there is no method '(.*)'$/, "没有请求方法 {1}"],
  [/^a path starts with \/ and has no spaces, not '(.*)'$/, "路径以 / 开头，不含空格（实际：{1}）"],
  [/^a header is a line such as Accept: text\/plain, not (.+)$/, "请求头每行一个，例如 Accept: text/plain（实际：{1}）"],
  [/^an internal error has occurred\. Please retry\.$/, "服务内部出错，请重试"],
];

/** What to do next, by a part of the message. Where none fits, the message itself says what is allowed. */
const NEXT = [
  [/ has active functions$/, "Delete its functions first.", "请先删除其中的函数。"],
  [/ has active versions$/, "Delete its versions first, with a client of the API.", "请先用 API 客户端删除这些版本。"],
  [/ has active triggers$/, "Delete its triggers first.", "请先删除它的触发器。"],
  [/ has provisioned instances at /, "Set them to 0 first, with a client of the API.", "请先用 API 客户端把预留实例设为 0。"],
  [/^(alias|version) '.*' of service '.*' does not exist$/, "Publish it first with a client of the API, or leave the qualifier out.",
    "请先用 API 客户端发布它，或不指定版本与别名。"],
  [/^trigger '.*' does not exist/, "Reload to see the triggers there are.", "请刷新，查看现有的触发器。"],
  [/ does not exist( in service '.*')?$/, "Choose another from the list, or deploy it.", "请从列表中选择其他的，或先部署它。"],
  [/ already exists/, "Choose another name, or edit the one that is there.", "请换一个名称，或修改已有的那一个。"],
  [/^the number of .+ exceeds the limit/, "Delete one that is not needed.", "请先删除不需要的。"],
  [/^only one http trigger/, "Edit the http trigger that is there, or delete it first.", "请修改已有的 HTTP 触发器，或先删除它。"],
  [/^Updating trigger is not supported yet/, "Delete it and make it anew.", "请删除后重新创建。"],
  [/ cannot be changed$/, "Delete it and make it anew.", "请删除后重新创建。"],
  [/ is being updated by another request$/, "Wait for a moment, then save again.", "请稍候再保存。"],
  [/ has no http trigger$/, "Make one in the tab Triggers.", "请在“触发器”页签中创建。"],
  [/ is not allowed by the http trigger/, "Choose another method, or allow this one in the tab Triggers.", "请换一个请求方法，或在“触发器”页签中允许它。"],
  [/ cannot be run by the local server$/, "Test it on the real service.", "请在真正的服务上测试。"],
  [/does not belong to the account|ram:PassRole/, "Take a role of this account.", "请使用本账号的角色。"],
];

/** A refusal, with the next step. */
export function told(code, message) {
  const next = NEXT.find(([pattern]) => pattern.test(message));
  if (language() === "zh") return `${inChinese(message) ?? `本地服务拒绝了这个请求：${message}`}（${code}）。${next?.[2] ?? ""}`;
  return next ? `${code}: ${message}. ${next[1]}` : `${code}: ${message}`;
}

/** A message that is no refusal, in the language of the page. */
export function translated(message) {
  return (language() === "zh" && inChinese(message)) || message;
}

/** The Chinese of a message, null where it is not known. */
export function inChinese(message) {
  for (const [pattern, text] of CHINESE) {
    const found = pattern.exec(message);
    if (found) return text.replace(/\{(\d)\}/g, (_, index) => found[index]);
  }
  return null;
}
