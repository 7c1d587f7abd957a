import type { RuntimeStatus } from '@shared/model/runtime-status';

const en = {
  file: 'File',
  newWindow: 'New Window',
  closeWindow: 'Close Window',
  quit: 'Quit Coldaisle',
  edit: 'Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select All',
  view: 'View',
  reload: 'Reload',
  zoomReset: 'Actual Size',
  zoomIn: 'Zoom In',
  zoomOut: 'Zoom Out',
  fullScreen: 'Full Screen',
  devTools: 'Developer Tools',
  window: 'Window',
  minimize: 'Minimize',
  about: 'About Coldaisle',
  help: 'Help',
  showLogs: 'Show Log Folder',
  hide: 'Hide Coldaisle',
  hideOthers: 'Hide Others',
  showAll: 'Show All',
  services: 'Services',
  coreLostTitle: 'Coldaisle has stopped measuring',
  coreCrashing: 'The core ended unexpectedly again and again. What was recorded is safe. The log says why: Help, Show Log Folder.',
  coreRefusedTitle: 'Coldaisle cannot start',
  restart: 'Start Again',
  importTitle: 'Import measurements',
  exportTitle: 'Save the export',
  importFiles: 'OpenMetrics and CSV, also packed with gzip',
  allFiles: 'All files',
  openWindow: 'Open Coldaisle',
  metering: 'Metering',
  notMetering: 'Not metering',
  running: '{{n}} running',
  waiting: '{{n}} waiting',
  closeTitle: 'A run is under way',
  closeQueued: 'Runs are waiting',
  closeDetail:
    'Coldaisle can go on in the tray: metering and runs continue. Or it stops the run that is under way and quits; runs that wait begin after the next start.',
  closeDetailNoTray:
    'This desktop shows no tray, so Coldaisle can go on in a minimised window: metering and runs continue. Or it stops the run that is under way and quits; runs that wait begin after the next start.',
  keepInTray: 'Keep Metering in the Tray',
  keepMinimised: 'Keep Metering, Minimised',
  stopAndQuit: 'Stop and Quit',
  cancel: 'Cancel',
  alwaysInTray: 'Always keep metering when the window is closed',
};
export type DesktopText = typeof en;

const zhCN: DesktopText = {
  file: '文件',
  newWindow: '新建窗口',
  closeWindow: '关闭窗口',
  quit: '退出 Coldaisle',
  edit: '编辑',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  selectAll: '全选',
  view: '视图',
  reload: '重新加载',
  zoomReset: '实际大小',
  zoomIn: '放大',
  zoomOut: '缩小',
  fullScreen: '全屏',
  devTools: '开发者工具',
  window: '窗口',
  minimize: '最小化',
  about: '关于 Coldaisle',
  help: '帮助',
  showLogs: '打开日志文件夹',
  hide: '隐藏 Coldaisle',
  hideOthers: '隐藏其他',
  showAll: '全部显示',
  services: '服务',
  coreLostTitle: 'Coldaisle 已停止测量',
  coreCrashing: '核心进程反复意外退出。已记录的数据是安全的。原因见日志：帮助 → 打开日志文件夹。',
  coreRefusedTitle: 'Coldaisle 无法启动',
  restart: '重新启动',
  importTitle: '导入测量数据',
  exportTitle: '保存导出文件',
  importFiles: 'OpenMetrics 与 CSV（也可为 gzip 压缩）',
  allFiles: '所有文件',
  openWindow: '打开 Coldaisle',
  metering: '计量中',
  notMetering: '未在计量',
  running: '{{n}} 个运行中',
  waiting: '{{n}} 个排队',
  closeTitle: '有运行正在进行',
  closeQueued: '有运行正在排队',
  closeDetail: 'Coldaisle 可以留在托盘中继续：计量与运行不中断。也可以停止正在进行的运行并退出；排队的运行将在下次启动后开始。',
  closeDetailNoTray:
    '此桌面不显示托盘，因此 Coldaisle 可以最小化窗口继续：计量与运行不中断。也可以停止正在进行的运行并退出；排队的运行将在下次启动后开始。',
  keepInTray: '在托盘中继续计量',
  keepMinimised: '最小化并继续计量',
  stopAndQuit: '停止并退出',
  cancel: '取消',
  alwaysInTray: '关闭窗口时总是继续计量',
};

/** How things stand, in a few words. @param status null = there is no core */
export function statusLine(text: DesktopText, status: RuntimeStatus | null): string {
  if (status === null) return text.notMetering;
  const counts = [
    [text.running, status.running],
    [text.waiting, status.queued],
  ] as const;
  return [text.metering, ...counts.flatMap(([words, n]) => (n > 0 ? [words.replace('{{n}}', String(n))] : []))].join(' · ');
}

/** The desktop's own few words, before any page is there to translate. @param locale as app.getLocale() gives it */
export function desktopText(locale: string): DesktopText {
  return /^zh\b/i.test(locale) ? zhCN : en;
}
