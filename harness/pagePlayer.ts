import type { Locator, Page } from 'playwright-core';

/** A player at the page, who sees and does what a person can. */
export class PagePlayer {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** What one can do now. */
  get actions(): Locator {
    return this.page.getByRole('region', { name: 'What you can do now' });
  }

  get hand(): Locator {
    return this.page.getByRole('region', { name: 'Your cards' });
  }

  get result(): Locator {
    return this.page.getByRole('region', { name: 'Result' });
  }

  get log(): Locator {
    return this.page.getByRole('list', { name: 'What happened' });
  }

  /** The list of public rooms. */
  get rooms(): Locator {
    return this.page.getByRole('region', { name: 'Open rooms' });
  }

  card(number: number): Locator {
    return this.hand.getByRole('button', { name: new RegExp(`card ${number}: `) });
  }

  press(name: string | RegExp): Promise<void> {
    return this.page.getByRole('button', { name }).click();
  }

  /** Opens a room and gives its invitation. */
  async opensRoom({ password, seats = 4 }: { password?: string; seats?: number } = {}): Promise<string> {
    if (seats !== 4) {
      await this.page.getByText('4 seats, ').click();
      const name = seats < 4 ? 'One fewer' : 'One more';
      const change = this.page.getByRole('group', { name: 'Seats' }).getByRole('button', { name });
      for (let n = Math.abs(seats - 4); n > 0; n--) await change.click();
    }
    if (password !== undefined) {
      await this.page.getByLabel('By password').check();
      await this.page.getByLabel('Password', { exact: true }).fill(password);
    }
    await this.press('Open the room');
    await this.actions.waitFor();
    return this.page.url();
  }

  /** Follows an invitation: says a name, and sits down. */
  async sitsDown(name = 'Bo'): Promise<void> {
    await this.page.getByLabel('Your name').fill(name);
    await this.press('Sit down');
  }

  /** Looks at the first two cards. */
  async peeks(): Promise<void> {
    await this.card(1).click();
    await this.card(2).click();
    await this.press('Look at both');
  }

  /**
   * Plays a match to its end: draws, plays what was drawn, and uses no powers.
   * @param lastsTurns after so many own turns Recall is called
   */
  async playsOn(lastsTurns: number): Promise<void> {
    const button = this.actions.locator('button:not([aria-disabled=true])');
    for (let turns = 0; ; ) {
      await button.or(this.result).first().waitFor();
      if (await this.result.isVisible()) return;
      const names = await button.allInnerTexts();
      if (names.includes('Draw a card')) turns++;
      const wanted = ['Draw a card', turns >= lastsTurns ? 'Call Recall' : '', 'Skip'].find((one) =>
        names.includes(one),
      );
      const name = wanted ?? names.find((one) => one.startsWith('Play the'));
      // The clock, or another player, may have been quicker.
      if (name)
        await this.actions
          .getByRole('button', { name, exact: true })
          .click({ timeout: 1000 })
          .catch(() => {});
    }
  }
}
