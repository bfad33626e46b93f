/**
 * What the demo changes in its copies of the templates: the values of their `Settings` node, so that days become seconds.
 * The templates themselves stay as they are; whoever imports them by hand gets the real durations.
 */
import { CURRENCY, PRODUCTS, SHOP_NAME } from './shop/catalogue.mts';
import { TALK_FORM } from './shop/interest.mts';
import { PAGES, TOPICS, urlOf } from './shop/reading.mts';

export type SettingValue = string | number | boolean;

/** When the first mail asks after a cart; the shop page counts down to it. */
export const REMINDER_SECONDS = 20;

/** Stands in the values below for the shop's address, which is known when the shop starts. */
export const SHOP_URL = 'https://shop.example.com';

const SHOP_ADDRESS = `${SHOP_NAME}, 1 Tea Lane, Exampletown`;
const SHOP_SENDER = `${SHOP_NAME} <shop@example.com>`;

/** The shop's catalogue, as the templates that recommend products take it. */
const SHOP_PRODUCTS = JSON.stringify(
  PRODUCTS.map(({ sku, name, category, price }) => ({
    ...{ sku, name, category },
    price: `${price.toFixed(2)} ${CURRENCY}`,
    url: SHOP_URL,
  })),
);

const pageUrl = (slug: string) => {
  const page = PAGES.find((candidate) => candidate.slug === slug);
  return page ? urlOf(SHOP_URL, page) : SHOP_URL;
};

/** The shop's pages by topic, as the template that nurtures on topics takes them. */
const SHOP_TOPICS = JSON.stringify(
  Object.fromEntries(
    Object.entries(TOPICS).map(([topic, name]) => [
      topic,
      {
        name,
        pieces: PAGES.filter((page) => page.topic === topic).map((page) => ({
          ...{ title: page.title, about: page.about },
          url: urlOf(SHOP_URL, page),
        })),
      },
    ]),
  ),
);

/** The shop's pages for those who have read the first ones, as the template that nurtures leads takes them. */
const LEAD_PIECES = JSON.stringify(
  PAGES.filter(({ stage }) => stage !== 'top').map((page) => ({
    ...{ key: page.slug, stage: page.stage, title: page.title, about: page.about },
    ...{ button: 'Read it', url: urlOf(SHOP_URL, page) },
  })),
);

/** Mails of a tea shop that ask for a consultation. */
const CONSULTATION_MAILS = JSON.stringify([
  {
    subject: 'Half an hour about tea',
    text: 'You read about it. Taste it with us: three teas, your water, one sheet of notes to take along.',
    button: 'Book half an hour',
  },
  {
    subject: 'What others ask us first',
    text: 'Why is it bitter, which pot, how much of it? Nearly everybody brings these three.',
    button: 'Ask yours',
  },
  {
    subject: 'You need not know anything',
    text: 'Tell us what you like to drink in the morning. That is enough to begin with.',
    button: 'Book half an hour',
  },
  {
    subject: 'The last mail about this',
    text: 'We do not ask again. The half hour stays free for you.',
    button: 'Book half an hour',
  },
]);

/** How long tea lasts in the demo; asked for when half of it is used. */
const SUPPLY_SECONDS = 6 * REMINDER_SECONDS;

/** By template folder, by the name of the value. */
export const DEMO_SETTINGS: Readonly<Record<string, Readonly<Record<string, SettingValue>>>> = {
  '06-topic-nurture': {
    'settings.companyName': SHOP_NAME,
    'settings.companyAddress': SHOP_ADDRESS,
    'settings.sender': SHOP_SENDER,
    'settings.replyTo': 'shop@example.com',
    'settings.topics': SHOP_TOPICS,
    'settings.firstAfter': REMINDER_SECONDS,
    'settings.firstUnit': 'seconds',
    'settings.apart': REMINDER_SECONDS,
    'settings.apartUnit': 'seconds',
    'settings.quietHours': false,
  },
  '09-activate-engaged-contacts': {
    'settings.companyName': SHOP_NAME,
    'settings.companyAddress': SHOP_ADDRESS,
    'settings.sender': SHOP_SENDER,
    'settings.replyTo': 'shop@example.com',
    'settings.contentTitle': 'How hot, how long',
    'settings.contentAbout':
      'One table for black, green and red tea. Our readers share nothing else as often.',
    'settings.contentUrl': pageUrl('water'),
    'settings.askAfter': REMINDER_SECONDS,
    'settings.askUnit': 'seconds',
    'settings.askAt': '',
    'settings.quietHours': false,
  },
  '10-nurture-leads': {
    'settings.companyName': SHOP_NAME,
    'settings.companyAddress': SHOP_ADDRESS,
    'settings.sender': SHOP_SENDER,
    'settings.replyTo': 'shop@example.com',
    'settings.pieces': LEAD_PIECES,
    'settings.firstAfter': REMINDER_SECONDS,
    'settings.firstUnit': 'seconds',
    'settings.apart': REMINDER_SECONDS,
    'settings.apartUnit': 'seconds',
    'settings.quietHours': false,
  },
  '11-alert-sales-reps': {
    'settings.companyName': SHOP_NAME,
    'settings.sender': SHOP_SENDER,
    'settings.forms': TALK_FORM,
    'settings.visitAmount': REMINDER_SECONDS,
    'settings.visitUnit': 'seconds',
  },
  '12-re-engage-subscribers': {
    'settings.shopName': SHOP_NAME,
    'settings.shopAddress': SHOP_ADDRESS,
    'settings.sender': SHOP_SENDER,
    'settings.replyTo': 'shop@example.com',
    'settings.mail1After': REMINDER_SECONDS,
    'settings.mail1Unit': 'seconds',
    'settings.mail2After': REMINDER_SECONDS,
    'settings.mail2Unit': 'seconds',
    'settings.mail3After': REMINDER_SECONDS,
    'settings.mail3Unit': 'seconds',
    'settings.removeAfter': REMINDER_SECONDS,
    'settings.removeUnit': 'seconds',
    'settings.quietHours': false,
  },
  '13-win-back-customers': {
    'settings.shopName': SHOP_NAME,
    'settings.shopAddress': SHOP_ADDRESS,
    'settings.sender': SHOP_SENDER,
    'settings.replyTo': 'shop@example.com',
    'settings.shopUrl': SHOP_URL,
    'settings.products': SHOP_PRODUCTS,
    'settings.mail1After': REMINDER_SECONDS,
    'settings.mail1Unit': 'seconds',
    'settings.mail2After': REMINDER_SECONDS,
    'settings.mail2Unit': 'seconds',
    'settings.quietHours': false,
  },
  '16-recover-abandoned-carts': {
    'settings.shopName': SHOP_NAME,
    'settings.shopAddress': SHOP_ADDRESS,
    'settings.sender': SHOP_SENDER,
    'settings.mail1After': REMINDER_SECONDS,
    'settings.mail1Unit': 'seconds',
    'settings.mail2After': 2 * REMINDER_SECONDS,
    'settings.mail2Unit': 'seconds',
    'settings.mail3After': 3 * REMINDER_SECONDS,
    'settings.mail3Unit': 'seconds',
    'settings.quietHours': false,
  },
  '18-act-on-satisfaction': {
    'settings.companyName': SHOP_NAME,
    'settings.companyAddress': SHOP_ADDRESS,
    'settings.sender': SHOP_SENDER,
    'settings.replyTo': 'shop@example.com',
    'settings.contentTitle': 'A pot for thirty years',
    'settings.contentUrl': pageUrl('cast-iron'),
    'settings.shopUrl': SHOP_URL,
    'settings.contentAfter': REMINDER_SECONDS,
    'settings.contentUnit': 'seconds',
    'settings.offerAfter': REMINDER_SECONDS,
    'settings.offerUnit': 'seconds',
    'settings.alertAfter': REMINDER_SECONDS,
    'settings.alertUnit': 'seconds',
    'settings.apologyAfter': REMINDER_SECONDS,
    'settings.apologyUnit': 'seconds',
    'settings.quietHours': false,
  },
  '22-remind-to-reorder': {
    'settings.shopName': SHOP_NAME,
    'settings.shopAddress': SHOP_ADDRESS,
    'settings.sender': SHOP_SENDER,
    'settings.replyTo': 'shop@example.com',
    'settings.reorderUrl': `${SHOP_URL}/reorder`,
    'settings.supplies': JSON.stringify([
      { category: 'tea', lasts: SUPPLY_SECONDS, unit: 'seconds', perPiece: false },
    ]),
    'settings.remindBefore': SUPPLY_SECONDS / 2,
    'settings.remindBeforeUnit': 'seconds',
    'settings.secondAfter': REMINDER_SECONDS,
    'settings.secondUnit': 'seconds',
    'settings.quietHours': false,
  },
  '27-celebrate-birthdays-and-anniversaries': {
    'settings.shopName': SHOP_NAME,
    'settings.shopUrl': SHOP_URL,
    'settings.shopAddress': SHOP_ADDRESS,
    'settings.sender': SHOP_SENDER,
    'settings.replyTo': 'shop@example.com',
    'settings.remindAfter': REMINDER_SECONDS,
    'settings.remindUnit': 'seconds',
    'settings.quietHours': false,
  },
  '29-nurture-leads-across-channels': {
    'settings.companyName': SHOP_NAME,
    'settings.companyAddress': SHOP_ADDRESS,
    'settings.sender': SHOP_SENDER,
    'settings.replyTo': 'shop@example.com',
    'settings.talkForm': TALK_FORM,
    'settings.talkUrl': `${SHOP_URL}/#/consultation`,
    'settings.introAfter': REMINDER_SECONDS,
    'settings.introUnit': 'seconds',
    'settings.openAfter': 2 * REMINDER_SECONDS,
    'settings.openUnit': 'seconds',
    'settings.nextAfter': REMINDER_SECONDS,
    'settings.nextUnit': 'seconds',
    'settings.quietHours': false,
  },
  '30-measure-nps-by-email': {
    'settings.companyName': SHOP_NAME,
    'settings.companyAddress': SHOP_ADDRESS,
    'settings.sender': SHOP_SENDER,
    'settings.replyTo': 'shop@example.com',
    'settings.surveyUrl': `${SHOP_URL}/survey`,
    'settings.surveyAfter': REMINDER_SECONDS,
    'settings.surveyUnit': 'seconds',
    'settings.openingAfter': 2 * REMINDER_SECONDS,
    'settings.openingUnit': 'seconds',
    'settings.quietHours': false,
  },
  '34-measure-nps-across-channels': {
    'settings.companyName': SHOP_NAME,
    'settings.companyAddress': SHOP_ADDRESS,
    'settings.sender': SHOP_SENDER,
    'settings.replyTo': 'shop@example.com',
    'settings.surveyUrl': `${SHOP_URL}/survey`,
    'settings.surveyAfter': REMINDER_SECONDS,
    'settings.surveyUnit': 'seconds',
    'settings.webPushAfter': REMINDER_SECONDS,
    'settings.webPushUnit': 'seconds',
    'settings.laterAfter': REMINDER_SECONDS,
    'settings.laterUnit': 'seconds',
    'settings.visitAfter': REMINDER_SECONDS,
    'settings.visitUnit': 'seconds',
    'settings.quietHours': false,
  },
  '37-react-to-high-intent': {
    'settings.companyName': SHOP_NAME,
    'settings.companyAddress': SHOP_ADDRESS,
    'settings.sender': SHOP_SENDER,
    'settings.replyTo': 'shop@example.com',
    'settings.trialUrl': pageUrl('pricing'),
    'settings.trialOffer': 'the first month, which ends by itself',
    'settings.plansUrl': pageUrl('pricing'),
    'settings.catalogueUrl': SHOP_URL,
    'settings.pricingMailAfter': REMINDER_SECONDS,
    'settings.pricingMailUnit': 'seconds',
    'settings.trialMailAfter': REMINDER_SECONDS,
    'settings.trialMailUnit': 'seconds',
    'settings.searchMailAfter': REMINDER_SECONDS,
    'settings.searchMailUnit': 'seconds',
    'settings.quietHours': false,
  },
  '40-stop-at-the-goal': {
    'settings.companyName': SHOP_NAME,
    'settings.companyAddress': SHOP_ADDRESS,
    'settings.sender': SHOP_SENDER,
    'settings.replyTo': 'shop@example.com',
    'settings.consultationUrl': `${SHOP_URL}/#/consultation`,
    'settings.mails': CONSULTATION_MAILS,
    'settings.firstAfter': REMINDER_SECONDS,
    'settings.firstUnit': 'seconds',
    'settings.apart': REMINDER_SECONDS,
    'settings.apartUnit': 'seconds',
    'settings.quietHours': false,
  },
};
