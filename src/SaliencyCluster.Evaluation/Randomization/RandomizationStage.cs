namespace SaliencyCluster.Evaluation.Randomization;

/// <summary>One model state of a randomisation test.</summary>
/// <param name="Label">The layer that this stage adds (cascading) or that alone is randomised (independent).</param>
/// <param name="Layers">All randomised layers, in the order of the model.</param>
public sealed record RandomizationStage(string Label, IReadOnlyList<string> Layers)
{
    /// <summary>The stages of a test.</summary>
    /// <param name="layers">The model's layers from image to output.</param>
    /// <param name="order">The order of the test.</param>
    public static IReadOnlyList<RandomizationStage> Of(IReadOnlyList<WeightLayer> layers, LayerOrder order)
    {
        string[] names = [.. layers.Select(l => l.Name)];
        var indexes = Enumerable.Range(0, names.Length);
        return order switch
        {
            LayerOrder.CascadingFromOutput => [.. indexes.Reverse().Select(i => new RandomizationStage(names[i], names[i..]))],
            LayerOrder.CascadingFromInput => [.. indexes.Select(i => new RandomizationStage(names[i], names[..(i + 1)]))],
            LayerOrder.Independent => [.. indexes.Reverse().Select(i => new RandomizationStage(names[i], [names[i]]))],
            _ => throw new ArgumentOutOfRangeException(nameof(order), order, null),
        };
    }
}
