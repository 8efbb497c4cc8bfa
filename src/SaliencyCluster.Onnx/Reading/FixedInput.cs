using System.Runtime.InteropServices;
using Google.Protobuf;
using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Models;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Reading;

/// <summary>Turns an input of a graph into a constant.</summary>
internal static class FixedInput
{
    private const long MaxElements = 1 << 24;

    /// <exception cref="SaliencyException">SAL1018: there is no such input, or the value does not fit.</exception>
    public static void Set(GraphProto graph, string name, InputValue value, string source)
    {
        var inputs = GraphInputs.Of(graph).ToList();
        if (inputs.FirstOrDefault(i => i.Name == name) is not { Type.TensorType: { } type } input)
            throw ModelErrors.BadValue(source, name, $"there is no such input; there are {string.Join(", ", inputs.Select(i => $"'{i.Name}'"))}");
        var declared = $"{(ElementType)type.ElemType}{GraphInputs.Text(type.Shape)}";
        var batch = Batch(type.Shape, inputs.Where(i => i != input));
        var shape = Shape(type.Shape, value, batch) ?? throw ModelErrors.BadValue(source, name, $"{Given(value)} does not fit {declared}");
        var count = shape.Aggregate(1L, (n, d) => n * d);
        if (count > MaxElements)
            throw ModelErrors.BadValue(source, name, $"{declared} has {count:N0} elements; give at most {MaxElements:N0}");
        double[] numbers = value.Numbers.Count == 1 ? [.. Enumerable.Repeat(value.Numbers[0], (int)count)]
            : value.Numbers.Count * batch == count ? [.. Enumerable.Repeat(value.Numbers, (int)batch).SelectMany(n => n)]
            : [.. value.Numbers];
        var data = Bytes((ElementType)type.ElemType, numbers)
            ?? throw ModelErrors.BadValue(source, name, $"its type {(ElementType)type.ElemType} cannot hold {Given(value)}");
        graph.Input.Remove(input);
        var tensor = new TensorProto { Name = name, DataType = type.ElemType, RawData = ByteString.CopyFrom(data) };
        tensor.Dims.AddRange(shape);
        graph.Initializer.Add(tensor);
    }

    // The number of images that this input and another one are declared for, where it is fixed to more than one: a value for one of them
    // is one for each.
    private static long Batch(TensorShapeProto? declared, IEnumerable<ValueInfoProto> others) =>
        declared?.Dim is [{ DimValue: > 1 and var batch }, _, ..]
        && others.Any(o => o.Type?.TensorType?.Shape?.Dim is [var first, _, ..] && first.DimValue == batch)
            ? batch : 1;

    // What is free becomes what the value has, or 1; a batch of 1 in front may be left out, as may one of the images' number.
    private static long[]? Shape(TensorShapeProto? declared, InputValue value, long batch)
    {
        long[]? given = value.Shape is null ? null : [.. value.Shape.Select(d => (long)d)];
        if (declared is null) return given ?? (value.Numbers.Count == 1 ? [] : [value.Numbers.Count]);
        var dims = declared.Dim;
        if (given is not null)
        {
            if (given.Length == dims.Count - 1 && (batch > 1 || dims[0].DimValue <= 1)) given = [batch, .. given];
            else if (batch > 1 && given is [1, _, ..]) given = [batch, .. given[1..]];
            return given.Length == dims.Count && dims.Zip(given).All(p => p.First.DimValue <= 0 || p.First.DimValue == p.Second)
                ? given : null;
        }
        // One free dimension takes what the numbers leave, if it is the only one beside the batch.
        long[] shape = [.. dims.Select(d => d.DimValue > 0 ? d.DimValue : 1)];
        var left = value.Numbers.Count / Math.Max(1, shape.Aggregate(1L, (n, d) => n * d));
        int[] free = [.. Enumerable.Range(0, dims.Count).Where(i => dims[i].DimValue <= 0)];
        if (left > 1 && free.Length > 0 && (free.Length == 1 || (free.Length == 2 && free[0] == 0))) shape[free[^1]] = left;
        var count = shape.Aggregate(1L, (n, d) => n * d);
        return value.Numbers.Count == 1 || count == value.Numbers.Count || count == value.Numbers.Count * batch ? shape : null;
    }

    private static byte[]? Bytes(ElementType type, double[] numbers) => type switch
    {
        ElementType.Float => As(numbers, v => (float)v),
        ElementType.Double => As(numbers, v => v),
        ElementType.Int64 when Whole(numbers, long.MinValue, long.MaxValue) => As(numbers, v => (long)v),
        ElementType.Int32 when Whole(numbers, int.MinValue, int.MaxValue) => As(numbers, v => (int)v),
        ElementType.UInt8 when Whole(numbers, 0, byte.MaxValue) => As(numbers, v => (byte)v),
        ElementType.Bool when Whole(numbers, 0, 1) => As(numbers, v => (byte)v),
        _ => null,
    };

    private static bool Whole(double[] numbers, double least, double most) =>
        numbers.All(v => v == Math.Floor(v) && v >= least && v <= most);

    private static byte[] As<T>(double[] numbers, Converter<double, T> convert) where T : unmanaged =>
        MemoryMarshal.AsBytes<T>(Array.ConvertAll(numbers, convert)).ToArray();

    private static string Given(InputValue value) =>
        value.Shape is { } shape ? $"[{string.Join(',', shape)}]" : $"{value.Numbers.Count} numbers";
}
