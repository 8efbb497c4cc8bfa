using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Gateway.Inference.Protocol;
using SaliencyCluster.Protocol.V1;
using InferInput = SaliencyCluster.Gateway.Inference.Protocol.ModelInferRequest.Types.InferInputTensor;

namespace SaliencyCluster.Gateway.Inference;

/// <summary>Reads the images of a request: a tensor with a row for each, or the files of pictures.</summary>
internal static class TensorReader
{
    private const string Floats = "FP32, or FP16 or FP64, which are rounded to it";

    /// <summary>Reads them.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL2640: which input does not fit the model, or its bytes.</exception>
    public static IReadOnlyList<Image> Read(ModelInferRequest request, ModelSummary model)
    {
        if (request.Inputs is not [var input])
            throw InferenceErrors.Input($"The request has {request.Inputs.Count} inputs.", $"Send one, the image '{model.Input}'.");
        if (input.Name != model.Input)
            throw InferenceErrors.Input($"The model has no input '{Echo.Of(input.Name)}'.", $"Its image is '{model.Input}'.");
        var raw = request.RawInputContents switch
        {
            [] => null,
            [var bytes] when input.Contents is null => bytes,
            _ => throw InferenceErrors.Input(
                "The request has not one tensor of bytes for one input.",
                    "Send either raw_input_contents, one for each input, or contents."),
        };
        var count = Count(input, model);
        return input.Datatype == "BYTES" ? Pictures(input, raw, count) : Rows(input, model, raw, count);
    }

    // The number of images: as many as the first dimension says.
    private static int Count(InferInput input, ModelSummary model)
    {
        var expected = model.InputShape;
        var fits = input.Datatype == "BYTES" ? input.Shape.Count == 1 || (input.Shape.Count == 2 && input.Shape[1] == 1)
            : input.Shape.Count == expected.Count + 1
                && expected.Zip(input.Shape.Skip(1)).All(d => d.First < 0 ? d.Second > 0 : d.First == d.Second);
        if (fits && input.Shape[0] is > 0 and <= InferenceRun.MaxImages) return (int)input.Shape[0];
        var wanted = input.Datatype == "BYTES" ? "[N]"
            : $"[N,{string.Join(',', expected.Select(d => d < 0 ? "any" : d.ToString(CultureInfo.InvariantCulture)))}]";
        throw InferenceErrors.Input(
            $"The input '{input.Name}' has shape [{Echo.Of(string.Join(',', input.Shape.Take(10)))}].",
            $"Send {wanted} for N images, at most {InferenceRun.MaxImages}.");
    }

    private static List<Image> Pictures(InferInput input, ByteString? raw, int count)
    {
        var files = raw is null ? [.. (input.Contents?.BytesContents ?? []).Select(f => f.Memory)]
            : ByteElements.Split(raw.Memory, InferenceRun.MaxImages) ?? throw InferenceErrors.Input(
                $"The bytes of the input '{input.Name}' are cut off.", "Send each picture behind its length in 4 bytes, little endian.");
        if (files.Count != count)
            throw InferenceErrors.Input($"The input '{input.Name}' holds {files.Count} pictures, its shape says {count}.",
                "Send as many as the shape says.");
        return [.. files.Select((file, i) => new Image
        {
            Name = Name(i), Format = ImageFormat.Encoded, Data = UnsafeByteOperations.UnsafeWrap(file),
        })];
    }

    private static List<Image> Rows(InferInput input, ModelSummary model, ByteString? raw, int count)
    {
        var elements = input.Shape.Aggregate(1.0, (n, d) => n * d);
        var given = raw is null ? input.Datatype switch
        {
            "FP32" => Bytes(input.Contents?.Fp32Contents ?? []),
            "FP64" => Bytes([.. (input.Contents?.Fp64Contents ?? []).Select(v => (float)v)]),
            "FP16" => throw InferenceErrors.Input($"The input '{input.Name}' is FP16.",
                "Send it as bytes (raw_input_contents); the protocol has no list of it."),
            _ => throw OtherType(input, model),
        }
        : input.Datatype switch
        {
            "FP32" => raw.Memory,
            "FP64" when raw.Length % sizeof(double) == 0 =>
                Bytes([.. MemoryMarshal.Cast<byte, double>(raw.Span).ToArray().Select(v => (float)v)]),
            "FP16" when raw.Length % 2 == 0 => Bytes([.. MemoryMarshal.Cast<byte, Half>(raw.Span).ToArray().Select(v => (float)v)]),
            "FP64" or "FP16" => ReadOnlyMemory<byte>.Empty,
            _ => throw OtherType(input, model),
        };
        if (given.Length != elements * sizeof(float))
            throw InferenceErrors.Input(
                $"The input '{input.Name}' has shape [{string.Join(',', input.Shape)}], "
                + $"but not {elements.ToString(CultureInfo.InvariantCulture)} elements of {input.Datatype}.",
                "Send every element of the shape.");
        var row = given.Length / count;
        return [.. Enumerable.Range(0, count).Select(i => new Image
        {
            Name = Name(i), Format = ImageFormat.Tensor, Shape = { input.Shape.Skip(1) },
                Data = UnsafeByteOperations.UnsafeWrap(given.Slice(i * row, row)),
        })];
    }

    private static Onnx.SaliencyException OtherType(InferInput input, ModelSummary model) => InferenceErrors.Input(
        $"The input '{input.Name}' is {Echo.Of(input.Datatype)}.",
        $"Send the prepared image as {Floats}, or the files of pictures as BYTES: "
            + $"'{model.Input}' is prepared from them as models show says.");

    private static ReadOnlyMemory<byte> Bytes(IEnumerable<float> values) => MemoryMarshal.AsBytes<float>([.. values]).ToArray();

    private static string Name(int i) => i.ToString(CultureInfo.InvariantCulture);
}
