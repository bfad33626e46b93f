/** What the shop sells. `supplyDays`: how long one piece lasts, where it runs out. */
export interface Product {
  sku: string;
  name: string;
  category: string;
  description: string;
  price: number;
  supplyDays?: number;
  /** How the page draws it. */
  shape: 'pouch' | 'tin' | 'pot' | 'cup';
  colour: string;
}

export const SHOP_NAME = 'Kettle & Leaf';
export const CURRENCY = 'EUR';

export const PRODUCTS: readonly Product[] = [
  {
    sku: 'TEA-ASSAM',
    name: 'Assam Breakfast',
    category: 'tea',
    description: 'Malty and strong, takes milk. 250 g.',
    price: 14.5,
    supplyDays: 60,
    shape: 'pouch',
    colour: '#b4532a',
  },
  {
    sku: 'TEA-SENCHA',
    name: 'Sencha, first flush',
    category: 'tea',
    description: 'Grassy, steamed, from Shizuoka. 100 g.',
    price: 19.9,
    supplyDays: 40,
    shape: 'tin',
    colour: '#4f7f3f',
  },
  {
    sku: 'TEA-EARL',
    name: 'Earl Grey with cornflower',
    category: 'tea',
    description: 'Bergamot, a little floral. 150 g.',
    price: 12.9,
    supplyDays: 45,
    shape: 'tin',
    colour: '#4a5fa5',
  },
  {
    sku: 'TEA-ROOIBOS',
    name: 'Rooibos Evening',
    category: 'tea',
    description: 'No caffeine, vanilla and orange. 200 g.',
    price: 11.5,
    supplyDays: 50,
    shape: 'pouch',
    colour: '#a8442f',
  },
  {
    sku: 'POT-CAST',
    name: 'Cast-iron teapot',
    category: 'teaware',
    description: 'Keeps warm for an hour. 0.8 l.',
    price: 64,
    shape: 'pot',
    colour: '#3d4a52',
  },
  {
    sku: 'CUP-PAIR',
    name: 'Stoneware cups, a pair',
    category: 'teaware',
    description: 'Glazed by hand, 220 ml each.',
    price: 28,
    shape: 'cup',
    colour: '#8a6f52',
  },
];

export function productBySku(sku: string): Product | undefined {
  return PRODUCTS.find((product) => product.sku === sku);
}
