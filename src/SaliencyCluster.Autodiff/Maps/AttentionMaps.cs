using SaliencyCluster.Autodiff.Attention;
using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>Maps on the places of a transformer's tokens, made of its attention, <c>[B,1,rows,columns]</c>.</summary>
internal static class AttentionMaps
{
    // Of residual connection and attention in equal parts: Abnar and Zuidema, section 3.
    private const double Residual = 0.5;

    /// <summary>How much of the tokens that are read comes from which place when attention mixes them layer by layer.</summary>
    /// <remarks>Abnar and Zuidema, 2020, https://arxiv.org/abs/2005.00928: the product of <c>0.5 A + 0.5 I</c>, A the mean over heads.</remarks>
    public static Value Rollout(MapContext c)
    {
        var transformer = Of(c);
        return Flow(c, transformer, layer => c.Graph.Mean(Weights(transformer, layer), [1], keep: false) * (1 - Residual), Residual);
    }

    /// <summary>The flow through attention that raises the score: each layer's weights times their gradients, rectified.</summary>
    /// <remarks>
    /// Chefer, Gur and Wolf, 2021, https://arxiv.org/abs/2103.15679, equations 5 and 6: <c>R += mean over heads of relu(gradient * A) R</c>,
    /// beginning with the identity.
    /// </remarks>
    public static Value Generic(MapContext c)
    {
        var transformer = Of(c);
        var gradients = c.Gradients([.. transformer.Layers.Select(l => l.Weights)], c.Spec.Rules);
        var raising = transformer.Layers.Zip(gradients).ToDictionary(p => p.First, p => c.Graph.Mean(
            c.Graph.Unary("Relu", Weights(transformer, p.First) * p.First.Arranged(p.Second, transformer.Batch)), [1], keep: false));
        return Flow(c, transformer, layer => raising[layer], 1);
    }

    /// <summary>How much more attention to a place would raise the score that the network's end gives to the mean token of each block,
    /// averaged over layers, heads and queries.</summary>
    /// <remarks>Bousselham et al., 2025, https://arxiv.org/abs/2404.03214, with all layers and not scaled to 0 to 1.</remarks>
    public static Value LeGrad(MapContext c)
    {
        var transformer = Of(c);
        if (transformer.BlockProblem is { } problem) throw Errors.NoAttention(c.Forward.Source.Model.Source, problem);
        Value? sum = null;
        foreach (var (layer, end) in transformer.Layers.Zip(transformer.Ends))
        {
            var axis = transformer.Axes.Tokens(end)!.Value.Axis;
            var (output, forward) = transformer.Tail(c.Graph.Expand(c.Graph.Mean(end, [axis]), end.Shape));
            var gradient = (c with { Forward = forward, Output = output }).Gradient(layer.Weights);
            var raising = c.Graph.Unary("Relu", layer.Arranged(gradient, transformer.Batch));
            var keys = c.Graph.Mean(raising, [1, 2], keep: false);
            sum = sum is null ? keys : sum + keys;
        }
        return OnGrid(c.Graph.Reshape(sum! / transformer.Layers.Count, transformer.Batch, 1, transformer.Tokens), transformer.Grid);
    }

    private static Transformer Of(MapContext c)
    {
        var transformer = Transformer.Of(c.Forward, c.Output);
        return transformer.Problem is { } problem ? throw Errors.NoAttention(c.Forward.Source.Model.Source, problem) : transformer;
    }

    private static Value Weights(Transformer transformer, AttentionLayer layer) => layer.Arranged(layer.Weights, transformer.Batch);

    // Rows of the product of all layers' matrices, from the last to the first: a product with a vector each.
    private static Value Flow(MapContext c, Transformer transformer, Func<AttentionLayer, Value> matrix, double residual)
    {
        var read = new double[transformer.Tokens];
        foreach (var token in transformer.ReadTokens) read[token] = 1.0 / transformer.ReadTokens.Count;
        var row = c.Graph.Expand(
            c.Graph.Floats(c.Output.Type.Element, [1, 1, read.Length], read), transformer.Batch, 1, transformer.Tokens);
        foreach (var layer in transformer.Layers.Reverse()) row = (row * residual) + c.Graph.MatMul(row, matrix(layer));
        return OnGrid(row, transformer.Grid);
    }

    // [B,1,tokens] on the grid of the image's places.
    private static Value OnGrid(Value row, TokenGrid grid) =>
        Transformer.Arranged(row.Graph.Slice(row, 2, grid.Offset, grid.Places), grid);
}
