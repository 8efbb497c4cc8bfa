namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Operators whose gradient is known to be zero, or known not to exist.</summary>
internal static class KnownZeros
{
    private const string Flat = "piecewise constant";
    private const string Whole = "integer or boolean output";
    private const string SizeOnly = "depends on the shape only";

    public static readonly VjpRule[] All =
    [
        .. from op in (string[])["Floor", "Ceil", "Round", "Sign"] select Rule.Zero(op, since: 1, Flat),
        .. from op in (string[])["ArgMax", "ArgMin", "NonZero", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual",
            "And", "Or", "Xor", "Not", "IsNaN", "IsInf"] select Rule.Zero(op, since: 1, Whole),
        .. from op in (string[])["Shape", "Size", "ConstantOfShape", "EyeLike"] select Rule.Zero(op, since: 1, SizeOnly),
        Rule.Zero("Hardmax", since: 1, Flat),
        .. from op in (string[])["BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "BitwiseNot"] select Rule.Zero(op, since: 11, Whole),
        Rule.None("MaxUnpool", since: 9, "the indices that it takes would have to be followed to the pool that made them"),
        Rule.None("Det", since: 11, "the gradient is the inverse matrix, which ONNX has no operator for"),
        Rule.None("Compress", since: 9, "its result's shape depends on the image"),
        Rule.Zero("OneHot", since: 9, "the indices are integers"),
        Rule.Zero("Range", since: 11, "its bounds are integers or constants"),
    ];
}
