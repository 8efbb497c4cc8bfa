using SaliencyCluster.Autodiff;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Runtime.Evaluations;

/// <summary>A model that an evaluation explains.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="Model">The model as read.</param>
/// <param name="Labels">Class names, or empty.</param>
/// <param name="Layout">Where its input has its channels; null finds out from the graph.</param>
public sealed record LocalModel(string Name, OnnxModel Model, IReadOnlyList<string> Labels, ImageLayout? Layout = null)
{
    /// <summary>Gets what is known of it.</summary>
    public ModelSummary Summary { get => field ??= ModelSummary.Of(Model, layout: Layout); init; }

    /// <summary>Gets what checks need to know of it.</summary>
    public EvaluatedModel ForChecks() => new(Name, Summary, WeightLayers.Of(Model), Labels);
}
