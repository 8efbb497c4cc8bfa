using SaliencyCluster.Onnx.Shapes;

namespace SaliencyCluster.Onnx.Upgrading;

/// <summary>Operators that repeated their second input along an axis that an attribute named; since opset 7 shapes decide.</summary>
internal static class BroadcastUpgrades
{
    private const string Binary = "`broadcast` and `axis` become a shape that broadcasts";

    public static readonly Upgrade[] All =
    [
        .. from op in (string[])["Add", "Sub", "Mul", "Div", "Pow", "And", "Or", "Xor", "Greater", "Less", "Equal"]
            select new Upgrade(op, 1, 7, Binary, Aligned),
        new("Gemm", 1, 7, "`broadcast` goes; without it C must be a matrix", Gemm),
        new("PRelu", 1, 7, "a slope for each channel gets the shape that broadcasts", Prelu),
    ];

    // The second input's axes are the first one's from `axis` on, or its last ones. What one element or an axis of size 1 means needs no
    // attribute.
    private static void Aligned(NodeUpgrade u)
    {
        var c = u.Node;
        var (rank, own) = (c.X.Rank, c.Type(1).Rank);
        if (!c.Flag("broadcast"))
        {
            if (rank != own && c.Type(1).Count != 1) throw c.Bad("inputs of different rank need broadcast = 1 before opset 7");
            u.Become(c.Node.OpType, [u.Input(0), u.Input(1)]);
            return;
        }
        var axis = c.Int("axis", -1);
        var at = axis == -1 ? rank - own : axis < 0 ? axis + rank : axis; // -1 was Caffe2's word for the last axes
        if (at < 0 || at > rank - own) throw c.Bad($"input 1 does not fit at axis {axis} of rank {rank}");
        u.Become(c.Node.OpType, [u.Input(0), Widened(u, 1, own, rank - at - own)]);
    }

    private static void Gemm(NodeUpgrade u)
    {
        if (u.Node.Has(2) && !u.Node.Flag("broadcast") && u.Node.Type(2).Rank != 2)
            throw u.Node.Bad("C of another rank than 2 needs broadcast = 1 before opset 7");
        u.Drop("broadcast", "consumed_inputs");
    }

    private static void Prelu(NodeUpgrade u)
    {
        var (x, slope) = (u.Node.X, u.Node.Type(1));
        var behind = slope.Rank == 1 && slope.Count != 1 ? Math.Max(0, x.Rank - 2) : 0;
        u.Become("PRelu", [u.Input(0), Widened(u, 1, slope.Rank, behind)]);
    }

    private static string Widened(NodeUpgrade u, int input, int rank, long behind) => behind == 0 ? u.Input(input)
        : u.Add("Unsqueeze", [u.Input(input)], ("axes", (long[])[.. Enumerable.Range(rank, (int)behind).Select(a => (long)a)]));
}
