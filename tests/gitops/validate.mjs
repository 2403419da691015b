// Reads a JSON list of objects and prints, for each, what the models of Argo CD and Flux say is wrong with it, or null.
import { Application, ApplicationSet } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1";
import { Kustomization } from "@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1";
import { GitRepository } from "@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1";
import { readFileSync } from "node:fs";

const models = { Application, ApplicationSet, GitRepository, Kustomization };

function fault(object) {
  const model = models[object.kind];
  if (model === undefined || model.apiVersion !== object.apiVersion) return "no model of this kind and version";
  try {
    new model(object).validate();
    return null;
  } catch (error) {
    return error.message;
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(fault)));
