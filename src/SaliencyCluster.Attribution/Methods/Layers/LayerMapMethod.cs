using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>A coarse map on a layer's grid, <c>[1,h,w]</c>, signed unless <c>relu</c> is asked for.</summary>
/// <remarks>
/// Of several layers the mean of their maps, each divided by its greatest magnitude so that all count alike, and brought to the finest of
/// their grids by bilinear interpolation. One gradient each.
/// </remarks>
public abstract class LayerMapMethod(string name, PointMap map, MethodDescription description)
    : OnePointMethod(name, description with { SeveralLayers = true }), ISampleMethod
{
    /// <summary>Makes one whose map is what a gradient of the layer gives.</summary>
    protected LayerMapMethod(string name, PointMap map, string relu, string summary, string paper, string guarantees)
        : this(name, map, new(summary, paper, "1 gradient", guarantees, [new("layer", "last-conv"), new("relu", relu)], NeedsLayer: true))
    {
    }

    /// <inheritdoc/>
    public override long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        LayerList.Of(request.Layer!, model).Count;

    /// <inheritdoc/>
    public long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => 1;

    /// <inheritdoc/>
    public long KeptMaps(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        1 + LayerList.Of(request.Layer!, model).Count;

    /// <inheritdoc/>
    public override Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done) =>
        LayerList.Of(context.Options.Layer!, context.Request.Model) is var layers && done.Count < layers.Count
            ? LayerRound.At(AtImage(map), context.Request, layers[done.Count]) : null;

    /// <inheritdoc/>
    public override Round Sample(MethodContext context) => LayerRound.At(AtImage(map), context.Request);

    /// <inheritdoc/>
    public virtual bool IsOneSum(ExplanationRequest request) => request.Layer?.Contains(',', StringComparison.Ordinal) != true;

    /// <inheritdoc/>
    public bool Rectifies(ExplanationRequest request) => request.Relu == true;

    /// <inheritdoc/>
    public override MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done)
    {
        var maps = done.Select(d => MapOf(d.Sum!)).Select(m => Rectifies(context.Options) ? MapArithmetic.Rectified(m) : m).ToList();
        return new(LayerList.Of(context.Options.Layer!, context.Request.Model).Count == 1 ? maps[0] : Mean(maps));
    }

    /// <summary>Makes the map of what the layer gave.</summary>
    protected virtual Tensor MapOf(Tensor sum) => sum;

    private static Tensor Mean(IReadOnlyList<Tensor> maps)
    {
        var (height, width) = (maps.Max(m => m.Shape[1]), maps.Max(m => m.Shape[2]));
        var mean = Tensor.Zeros(1, height, width);
        foreach (var map in maps)
        {
            var most = map.Data.Max(Math.Abs);
            if (most == 0) continue;
            var sized = Resizing.To(map, height, width);
            for (var i = 0; i < mean.Data.Length; i++) mean.Data[i] += sized.Data[i] / most / maps.Count;
        }
        return mean;
    }
}
