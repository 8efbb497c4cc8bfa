using SaliencyCluster.Attribution.Points.Perturbations;
using SaliencyCluster.Evaluation.Randomization;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>What tells a batch of an evaluation from an ordinary job: a model that is derived where it is needed, or outputs instead of maps.</summary>
/// <param name="Randomization">What is randomised of the model; null for the model as it is.</param>
/// <param name="Perturbation">How images are changed, where outputs are asked for; null for maps.</param>
public sealed record BatchSpec(RandomizationSpec? Randomization, Perturbation? Perturbation);
