using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>Input times gradient, and each bias of the network times the gradient where it is added, on one map.</summary>
/// <remarks>
/// Srinivas and Fleuret, 2019, https://arxiv.org/abs/1905.00780. Before they are scaled the terms add up to the score, where everything but
/// biases is homogeneous (convolutions, Relu, pools, BatchNormalization with its implicit bias; not sigmoids, GELU or attention). The map is
/// the authors': magnitudes of each term scaled to 0 to 1, enlarged and added up, without the biases of layers that have no grid. Costs one
/// gradient.
/// </remarks>
public sealed class FullGrad() : OnePointMethod("full-grad", new(
    "How much image and biases contribute at each place, all layers together.",
    "Srinivas and Fleuret, 2019, https://arxiv.org/abs/1905.00780", "1 gradient",
    "never negative; before scaling the terms add up to the score, for networks of linear layers, Relu and max pools", [], Signed: false)),
    ISampleMethod
{
    /// <inheritdoc/>
    public IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model)
    {
        if (model.ImageShape.Count != 3) yield return MethodErrors.NoPlanes(Name, "needs height and width", model);
    }

    /// <inheritdoc/>
    public override Round Sample(MethodContext context) => AtImage(PointMap.FullGradient);
}
