using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>A coarse map on a layer's grid, <c>[1,h,w]</c>, signed unless <c>relu</c> is asked for.</summary>
public abstract class LayerMapMethod(string name, PointMap map, string relu, string summary, string paper, string guarantees)
    : OnePointMethod(name, new(summary, paper, "1 gradient", guarantees, [new("layer", "last-conv"), new("relu", relu)], NeedsLayer: true)), ISampleMethod
{
    /// <inheritdoc/>
    public override Round Sample(MethodContext context) => AtImage(map) with { Layer = context.Options.Layer };

    /// <inheritdoc/>
    public bool Rectifies(ExplanationRequest request) => request.Relu == true;

    /// <inheritdoc/>
    public override MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done) =>
        Rectifies(context.Options) ? new(MapArithmetic.Rectified(done[0].Sum!)) : base.Finish(context, done);
}
