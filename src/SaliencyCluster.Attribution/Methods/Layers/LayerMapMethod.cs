using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>A coarse map on a layer's grid, <c>[1,h,w]</c>, signed unless <c>relu</c> is asked for.</summary>
public abstract class LayerMapMethod(string name, PointMap map, MethodDescription description) : OnePointMethod(name, description), ISampleMethod
{
    /// <summary>Makes one whose map is what a gradient of the layer gives.</summary>
    protected LayerMapMethod(string name, PointMap map, string relu, string summary, string paper, string guarantees)
        : this(name, map, new(summary, paper, "1 gradient", guarantees, [new("layer", "last-conv"), new("relu", relu)], NeedsLayer: true))
    {
    }

    /// <inheritdoc/>
    public override Round Sample(MethodContext context) => AtImage(map) with { Layer = context.Options.Layer };

    /// <inheritdoc/>
    public bool Rectifies(ExplanationRequest request) => request.Relu == true;

    /// <inheritdoc/>
    public override MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var finished = MapOf(done[0].Sum!);
        return new(Rectifies(context.Options) ? MapArithmetic.Rectified(finished) : finished);
    }

    /// <summary>Makes the map of what the layer gave.</summary>
    protected virtual Tensor MapOf(Tensor sum) => sum;
}
