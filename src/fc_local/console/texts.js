// Every text of the console in English and in Chinese.

const TEXTS = {
  title: ["Function Compute (local)", "函数计算（本地）"],
  functions: ["Functions", "函数"],
  auditPage: ["Audit", "操作记录"],
  place: ["Account / region", "账号 / 地域"],
  you: ["You are", "你是"],
  services: ["Services", "服务"],
  noServices: ["Nothing here yet. Deploy something, or create a service.", "这里还没有内容。请部署，或新建一个服务。"],
  newService: ["New service", "新建服务"],
  newFunction: ["New function", "新建函数"],
  newTrigger: ["New trigger", "新建触发器"],
  name: ["Name", "名称"],
  type: ["Type", "类型"],
  eventFunction: ["Event function", "事件函数"],
  httpFunction: ["HTTP function", "HTTP 函数"],
  create: ["Create", "创建"],
  cancel: ["Cancel", "取消"],
  failures: ["Calls that failed", "失败的调用"],
  nothingPrinted: ["The function printed nothing.", "函数没有输出。"],
  service: ["Service", "服务"],
  function: ["Function", "函数"],
  configuration: ["Configuration", "配置"],
  code: ["Code", "代码"],
  triggers: ["Triggers", "触发器"],
  description: ["Description", "描述"],
  handler: ["Handler", "请求处理程序"],
  memorySize: ["Memory (MB)", "内存规格（MB）"],
  timeout: ["Timeout (seconds)", "执行超时时间（秒）"],
  runtime: ["Runtime", "运行环境"],
  fixed: ["Chosen when the function was created", "创建函数时选定"],
  environment: ["Environment variables", "环境变量"],
  noVariables: ["None", "无"],
  variableName: ["Name of the variable", "变量名"],
  variableValue: ["Value of the variable", "变量值"],
  addVariable: ["Add variable", "添加变量"],
  remove: ["Remove", "移除"],
  otherFields: ["Other fields", "其他字段"],
  internetAccess: ["Functions may reach the internet", "允许函数访问公网"],
  role: ["Role (ARN)", "服务角色（ARN）"],
  save: ["Save", "保存"],
  saveCode: ["Save code", "保存代码"],
  reload: ["Reload", "刷新"],
  saved: ["Saved at {0}", "已保存（{0}）"],
  saving: ["Saving…", "保存中…"],
  nothingChanged: ["Nothing was changed.", "没有改动。"],
  files: ["Files", "文件"],
  addFile: ["Add file", "添加文件"],
  path: ["Path", "路径"],
  deleteFile: ["Delete file", "删除文件"],
  undo: ["Undo", "撤销"],
  fileGone: ["This file will be deleted when you save.", "保存后该文件将被删除。"],
  notEditable: ["This file cannot be edited here ({0} bytes): it is binary, very large, or mixes its line ends.",
    "此文件无法在此编辑（{0} 字节）：可能是二进制文件、文件过大，或混用了换行符。"],
  noFiles: ["This function has no code package.", "此函数没有代码包。"],
  fileExists: ["There is a file {0} already.", "文件 {0} 已存在。"],
  badPath: ["A path like src/index.py, please.", "请输入类似 src/index.py 的路径。"],
  changedFiles: ["{0} changed", "{0} 个文件有改动"],
  methods: ["Methods", "请求方法"],
  authType: ["Authentication", "认证方式"],
  anonymous: ["anonymous: anybody may call", "anonymous：无需认证"],
  signed: ["function: signed calls only", "function：签名认证"],
  cron: ["Schedule (cron expression)", "触发周期（cron 表达式）"],
  enable: ["Enabled", "启用"],
  payload: ["Payload", "触发消息"],
  url: ["Address", "公网访问地址"],
  noTriggers: ["This function has no triggers.", "此函数没有触发器。"],
  delete: ["Delete", "删除"],
  deleteFunction: ["Delete function", "删除函数"],
  deleteService: ["Delete service", "删除服务"],
  sureFunction: ["Delete the function {0}? Its code goes with it.", "确定删除函数 {0} 吗？代码会一并删除。"],
  sureService: ["Delete the service {0}?", "确定删除服务 {0} 吗？"],
  sureTrigger: ["Delete the trigger {0}?", "确定删除触发器 {0} 吗？"],
  leave: ["Leave this page? What you changed is not saved.", "确定离开吗？改动尚未保存。"],
  leaveAction: ["Leave", "离开"],
  changedMeanwhile: ["Somebody changed this after you opened the page. Reload to see it; your changes are not saved.",
    "打开页面之后已有人修改过。请刷新查看，你的改动尚未保存。"],
  wholeNumber: ["{0}: a whole number, please.", "{0}：请输入整数。"],
  unnamedVariable: ["A variable without a name has a value.", "有变量没有名称。"],
  twiceVariable: ["The variable {0} is there twice.", "变量 {0} 重复。"],
  modified: ["Changed", "修改时间"],
  size: ["Code size", "代码大小"],
  checksum: ["Code checksum", "代码校验值"],
  when: ["When", "时间"],
  who: ["Who", "操作者"],
  what: ["What", "操作"],
  resource: ["Resource", "资源"],
  client: ["Through", "来源"],
  noEvents: ["Nobody has changed anything yet.", "还没有任何修改。"],
  customDomains: ["Custom domains", "自定义域名"],
  domain: ["Domain", "域名"],
  protocol: ["Protocol", "协议"],
  routes: ["Routes", "路由"],
  unreachable: ["The local server does not answer.", "本地服务没有响应。"],
};

const KEY = "fc-local.language";
let column = (localStorage.getItem(KEY) || navigator.language).toLowerCase().startsWith("zh") ? 1 : 0;

export function t(key, ...values) {
  return TEXTS[key][column].replace(/\{(\d)\}/g, (_, index) => String(values[index]));
}

export function language() {
  return ["en", "zh"][column];
}

export function speak(wanted) {
  column = wanted === "zh" ? 1 : 0;
  localStorage.setItem(KEY, wanted);
}

export function time(text) {
  const date = new Date(text);
  return Number.isNaN(date.valueOf()) ? String(text) : date.toLocaleString(language());
}

export function clock() {
  return new Date().toLocaleTimeString(language());
}
