namespace SaliencyCluster.Onnx.Shapes;

/// <summary>Recurrent layers: X [seq, batch, input], W [directions, gates * hidden, input].</summary>
internal static class RecurrentShapes
{
    public static readonly ShapeRule[] Rules =
    [
        new("GRU", 7, c => Layer(c, gates: 3)),
        new("LSTM", 7, c => Layer(c, gates: 4)),
        new("RNN", 7, c => Layer(c, gates: 1)),
    ];

    private static TensorType[] Layer(OpContext c, int gates)
    {
        if (c.X.Rank != 3 || c.Type(1).Rank != 3) throw c.Bad("a recurrent layer needs input and weights of rank 3");
        var (directions, hidden) = (c.Shape(1)[0], c.Shape(1)[1] / gates);
        if (c.Shape(1)[2] != c.X.Shape[2] || c.Int("hidden_size", hidden) != hidden) throw c.Bad("the weights do not fit");
        var batchFirst = c.Flag("layout");                   // since 14
        var (seq, batch) = batchFirst ? (c.X.Shape[1], c.X.Shape[0]) : (c.X.Shape[0], c.X.Shape[1]);
        var all = c.X with { Shape = batchFirst ? [batch, seq, directions, hidden] : [seq, directions, batch, hidden] };
        var last = c.X with { Shape = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden] };
        return [all, last, last];
    }
}
