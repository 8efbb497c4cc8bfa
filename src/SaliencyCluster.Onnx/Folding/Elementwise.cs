using SaliencyCluster.Onnx.Shapes;
using SaliencyCluster.Onnx.Tensors;

namespace SaliencyCluster.Onnx.Folding;

/// <summary>Broadcasting arithmetic on constants.</summary>
internal static class Elementwise
{
    public static ConstantTensor? Combine(
        OpContext c, TensorType type, Func<double, double, double>? real, Func<long, long, long>? integer)
    {
        if (type.Element.IsFloat())
            return real is null ? null : Values.Of(type, Reduce(c, type, t => Values.ToDoubles(t)!, real));
        return integer is null || Inputs(c).Any(t => Values.ToLongs(t) is null)
            ? null : Values.Of(type, Reduce(c, type, t => Values.ToLongs(t)!, integer));
    }

    public static ConstantTensor? Compare(OpContext c, TensorType type, Func<double, double, bool> real, Func<long, long, bool> integer)
    {
        var (a, b) = (StridedCopy.Broadcast(c.Constant(0), type.Shape), StridedCopy.Broadcast(c.Constant(1), type.Shape));
        if (c.X.Element.IsFloat()) return Values.Of(type, Zip(Values.ToDoubles(a)!, Values.ToDoubles(b)!, (x, y) => real(x, y) ? 1L : 0));
        return Values.ToLongs(a) is { } la && Values.ToLongs(b) is { } lb
            ? Values.Of(type, Zip(la, lb, (x, y) => integer(x, y) ? 1L : 0)) : null;
    }

    private static IEnumerable<ConstantTensor> Inputs(OpContext c) => Enumerable.Range(0, c.Inputs.Count).Select(c.Constant);

    private static T[] Reduce<T>(OpContext c, TensorType type, Func<ConstantTensor, T[]> read, Func<T, T, T> combine) =>
        Inputs(c).Select(t => read(StridedCopy.Broadcast(t, type.Shape))).Aggregate((a, b) => Zip(a, b, combine));

    private static TTo[] Zip<T, TTo>(T[] a, T[] b, Func<T, T, TTo> combine)
    {
        var result = new TTo[a.Length];
        for (var i = 0; i < result.Length; i++) result[i] = combine(a[i], b[i]);
        return result;
    }
}
