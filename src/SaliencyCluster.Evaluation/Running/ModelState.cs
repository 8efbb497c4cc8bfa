using SaliencyCluster.Evaluation.Randomization;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>A model as it is, or with some of its layers randomised.</summary>
/// <param name="Model">Name of the model, as <see cref="EvaluatedModel.Name"/>.</param>
/// <param name="ModelHash">Hash of the model's file.</param>
/// <param name="Randomization">What was randomised; null for the model as it is.</param>
public sealed record ModelState(string Model, string ModelHash, RandomizationSpec? Randomization = null)
{
    /// <summary>Gets the hash that names this state everywhere: caches, queues, results.</summary>
    public string Hash { get; } = Randomization?.HashOf(ModelHash) ?? ModelHash;

    /// <inheritdoc/>
    public bool Equals(ModelState? other) => other?.Hash == Hash;

    /// <inheritdoc/>
    public override int GetHashCode() => Hash.GetHashCode(StringComparison.Ordinal);
}
