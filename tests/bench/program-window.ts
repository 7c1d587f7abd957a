import type { ElectronApplication, Page } from 'playwright';

/** Starts a script of this runtime in the window, as a person does, and opens its run's page, on which the first plot is drawn. */
export async function startProgramIn(app: ElectronApplication, cwd: string, script: string): Promise<Page> {
  const page = await app.firstWindow();
  await app.evaluate(({ dialog }) => {
    // The machine's own question before its first program: yes.
    dialog.showMessageBox = (...args: unknown[]) => {
      const { buttons = [] } = args.at(-1) as Electron.MessageBoxOptions;
      return Promise.resolve({ response: buttons.indexOf('Allow'), checkboxChecked: false });
    };
  });
  await page.getByTestId('nav-training').click();
  await page.getByTestId('new-program').click();
  await page.getByTestId('program-line').fill(`"${process.execPath}" ${script}`);
  await page.getByTestId('program-cwd').fill(cwd);
  await page.getByTestId('start-program').click();
  await page.waitForURL(/#\/training\/./);
  await page.getByTestId('plot').first().waitFor();
  return page;
}
