import { randomInt } from "node:crypto";
import type { Generated } from "../generated.ts";
import type { Values } from "../provider.ts";

interface PetInputs extends Values {
  readonly length: number;
  readonly prefix?: string;
  readonly separator: string;
}

const words = (text: string): string[] => text.trim().split(/\s+/);

const adverbs =
  words(`boldly briefly calmly clearly dearly early easily fairly firmly freely gently gladly greatly
  highly kindly largely lately likely lightly loudly mainly merely mildly mostly nearly neatly newly nicely openly
  partly plainly purely quickly quietly rarely readily really richly safely sharply simply slowly smoothly softly
  solely surely swiftly truly vastly warmly wholly widely wisely`);
const adjectives =
  words(`able alert amber apt blue bold brave brief bright brisk calm clean clear clever close cool
  crisp deep eager early fair fast fine firm fit fleet fond fresh full gentle glad golden good grand great green happy
  hardy keen kind large light lively loyal lucky mellow merry mild neat new nimble noble open patient plain polite
  proud pure quick quiet rapid rare ready sharp sleek smart smooth snug solid sound steady sunny sure sweet swift
  tidy true warm wise witty`);
const animals =
  words(`adder albatross alpaca ant antelope badger bat bear beaver bee beetle bison boar bobcat buck
  bull camel cat cicada clam cod condor cougar coyote crab crane cricket crow deer dingo dolphin dove duck eagle eel
  egret elk emu falcon ferret finch fox frog gecko gibbon goat goose grouse gull hare hawk hen heron horse husky ibex
  ibis jackal jay kite kiwi koala lark lemur lion lizard llama lobster lynx mackerel mole moose moth mouse mule newt
  ocelot octopus orca osprey otter owl ox oyster panda panther parrot pelican penguin pigeon pike pony puffin puma
  quail rabbit raven robin salmon seal shark sheep shrew skunk sloth snail sparrow squid stag stork swan swift tapir
  tern tiger toad trout turkey turtle viper vole walrus wasp weasel whale wolf wombat wren yak zebra`);

/** `length` words: adverbs, an adjective, an animal. */
function pet({ length, prefix, separator }: PetInputs): string {
  const kinds = [animals, adjectives].slice(0, length).toReversed();
  const lists = [...Array.from({ length: Math.max(0, length - 2) }, () => adverbs), ...kinds];
  const picked = lists.map((list) => list[randomInt(list.length)] ?? "");
  return [...(prefix ? [prefix] : []), ...picked].join(separator);
}

export const randomPet: Generated<PetInputs> = {
  token: "random:index/randomPet:RandomPet",
  defaults: () => ({ length: 2, separator: "-" }),
  judge({ length }) {
    if (length === undefined || (Number.isInteger(length) && length > 0)) return [];
    return [{ property: "length", reason: '"length" must be a whole number of at least 1' }];
  },
  generate: (inputs) => ({ id: pet(inputs), outputs: {} }),
};
