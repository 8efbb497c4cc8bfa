using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>Class activation maps: a layer's activation weighed by its gradient and summed over channels, <c>[B,1,h,w]</c>, signed.</summary>
internal static class ClassActivation
{
    /// <summary>Weights are spatial means of the gradient.</summary>
    /// <remarks>Selvaraju et al., 2017, https://arxiv.org/abs/1610.02391; as Captum's LayerGradCam, no rectification here.</remarks>
    public static Value GradCam(MapContext c, GradientRules rules)
    {
        var (layer, gradient) = Layer(c, rules);
        return SumChannels(c.Graph.Mean(gradient, Spatial(layer)) * layer);
    }

    /// <summary>Weights are sums of rectified gradients, each with a share from its second and third powers.</summary>
    /// <remarks>
    /// Chattopadhyay et al., 2018, https://arxiv.org/abs/1710.11063: with exp(score) as the score all derivatives are powers of
    /// the gradient g, so share = g^2 / (2 g^2 + sum(activation) g^3). The common factor exp(score) is left out: maps are scaled anyway.
    /// </remarks>
    public static Value GradCamPlusPlus(MapContext c)
    {
        var graph = c.Graph;
        var (layer, gradient) = Layer(c, c.Spec.Rules);
        var square = gradient * gradient;
        var below = (2 * square) + (graph.Sum(layer, Spatial(layer)) * (square * gradient));
        var share = square / graph.Where(graph.Test("Equal", below, below.Like(0)), below.Like(1), below);
        return SumChannels(graph.Sum(share * graph.Unary("Relu", gradient), Spatial(layer)) * layer);
    }

    /// <summary>Every element has its own weight, the rectified gradient.</summary>
    /// <remarks>Jiang et al., 2021, https://doi.org/10.1109/TIP.2021.3089943.</remarks>
    public static Value LayerCam(MapContext c)
    {
        var (layer, gradient) = Layer(c, c.Spec.Rules);
        return SumChannels(c.Graph.Unary("Relu", gradient) * layer);
    }

    /// <summary>Every element has its own weight, the gradient with its sign.</summary>
    /// <remarks>Draelos and Carin, 2020, https://arxiv.org/abs/2011.08891.</remarks>
    public static Value HiResCam(MapContext c) => SumChannels(ActivationTimesGradient(c));

    /// <summary>Weights are means of the gradient in which each place counts as much as the channel's activation there.</summary>
    /// <remarks>Fu et al., 2020, https://arxiv.org/abs/2008.02312; the constant keeps a channel without any activation from a division by zero.</remarks>
    public static Value XGradCam(MapContext c)
    {
        var (layer, gradient) = Layer(c, c.Spec.Rules);
        var weight = c.Graph.Sum(gradient * layer, Spatial(layer)) / (c.Graph.Sum(layer, Spatial(layer)) + 1e-7);
        return SumChannels(weight * layer);
    }

    /// <summary>The layer itself.</summary>
    public static Value Activation(MapContext c)
    {
        var layer = LayerOf(c);
        return Arrange(c)?.Invoke(layer) ?? c.Graph.Unary("Identity", layer);
    }

    /// <summary>Each element of the layer times its gradient.</summary>
    public static Value ActivationTimesGradient(MapContext c)
    {
        var (layer, gradient) = Layer(c, c.Spec.Rules);
        return layer * gradient;
    }

    // Both channels first, also where the model keeps them last.
    private static (Value Layer, Value Gradient) Layer(MapContext c, GradientRules rules)
    {
        var layer = LayerOf(c);
        var gradient = c.Gradient(layer, rules);
        return Arrange(c) is { } arrange ? (arrange(layer), arrange(gradient)) : (layer, gradient);
    }

    private static Value LayerOf(MapContext c)
    {
        var layer = c.Layer ?? throw Errors.BadSpec($"{c.Spec.Map} needs a layer, and the model has no convolution to take by default.");
        return layer.Rank >= 3 ? layer
            : throw Errors.LayerShape(c.Forward.Source.Model.Source, c.Spec.Layer ?? LayerName.LastConvolution, c.Spec.Map.ToString(), layer.Shape);
    }

    private static Func<Value, Value>? Arrange(MapContext c) => c.OnGrid ?? (c.LayerIsChannelsLast ? ChannelsFirst : null);

    private static Value ChannelsFirst(Value x) => x.Graph.Transpose(x, 0, 3, 1, 2);

    private static int[] Spatial(Value layer) => Shapes.Range(2, layer.Rank);

    private static Value SumChannels(Value map) => map.Graph.Sum(map, [1]);
}
