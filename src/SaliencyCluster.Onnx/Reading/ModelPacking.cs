using System.Globalization;
using Google.Protobuf;
using SaliencyCluster.Onnx.Checking;
using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Reading;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx;

/// <summary>
/// Makes one whole model of what lies on a disk: brings in weights that are kept in other files beside it (external data, what exporters of
/// PyTorch write), and gives inputs that take no image their values. The same files and values give the same bytes.
/// </summary>
public static class ModelPacking
{
    private static ReadOnlySpan<byte> Mark => "location"u8; // the key that names the other file

    /// <summary>Reads a model file, with everything in it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="values">Values of inputs that take no image, by their names.</param>
    /// <param name="limits">The bytes are those of all files together.</param>
    /// <returns>The file as it is where nothing had to be brought in.</returns>
    /// <exception cref="SaliencyException">SAL1001 to SAL1003: a file cannot be read, is too large or lies elsewhere. SAL1018: a value does not fit.</exception>
    public static byte[] Pack(string path, IReadOnlyDictionary<string, InputValue>? values = null, ReadLimits? limits = null)
    {
        limits ??= new();
        try
        {
            // Asked before reading: a file over the limit is never loaded.
            var length = new FileInfo(path).Length;
            if (length > limits.MaxBytes) throw ModelErrors.OverLimit(path, length, "bytes", limits.MaxBytes, "ReadLimits.MaxBytes");
            var bytes = File.ReadAllBytes(path);
            if (values is not { Count: > 0 } && bytes.AsSpan().IndexOf(Mark) < 0) return bytes;
            new WireScan(path, limits).Run(bytes, ModelProto.Descriptor);
            var model = ModelProto.Parser.ParseFrom(bytes);
            if (model.Graph is null || (!BringIn(model, path, limits.MaxBytes - length) && values is not { Count: > 0 })) return bytes;
            foreach (var (name, value) in values ?? new Dictionary<string, InputValue>()) FixedInput.Set(model.Graph, name, value, path);
            return model.ToByteArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidProtocolBufferException)
        {
            throw ModelErrors.NotAModel(path, $"it cannot be read ({e.Message})", e);
        }
    }

    private static bool BringIn(ModelProto model, string path, long room)
    {
        var graphs = NestedGraph.All(model.Graph);
        TensorProto[] tensors =
        [
            .. graphs.SelectMany(g => g.Graph.Initializer),
            .. graphs.SelectMany(g => g.Graph.Node).Concat(model.Functions.SelectMany(f => f.Node)).SelectMany(n => n.Attribute).Where(a => a.T is not null).Select(a => a.T),
        ];
        var found = false;
        foreach (var tensor in tensors.Where(t => t.DataLocation == TensorProto.Types.DataLocation.External))
        {
            found = true;
            var data = Part(tensor, path, ref room);
            tensor.RawData = UnsafeByteOperations.UnsafeWrap(data);
            tensor.ExternalData.Clear();
            tensor.DataLocation = TensorProto.Types.DataLocation.Default;
        }
        return found;
    }

    private static byte[] Part(TensorProto tensor, string path, ref long room)
    {
        var keys = tensor.ExternalData.GroupBy(e => e.Key).ToDictionary(g => g.Key, g => g.Last().Value);
        var location = keys.GetValueOrDefault("location", "");
        using var file = File.OpenRead(Beside(path, location, tensor.Name));
        var offset = Number("offset", 0);
        var length = Number("length", Math.Max(0, file.Length - offset));
        if (offset > file.Length || length > file.Length - offset)
            throw Bad($"which ends after {file.Length:N0} bytes and not after {offset + length:N0}");
        if (length > room) throw ModelErrors.OverLimit(path, length, $"more bytes in '{location}'", room, "ReadLimits.MaxBytes");
        room -= length;
        var data = new byte[length];
        file.Position = offset;
        file.ReadExactly(data);
        return data;

        long Number(string key, long otherwise) => !keys.TryGetValue(key, out var text) ? otherwise
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < long.MaxValue / 2
                ? number : throw Bad($"whose {key} is '{ModelErrors.Short(text)}'");

        SaliencyException Bad(string why) => ModelErrors.OtherFile(path, tensor.Name, location, why);
    }

    // Files come from whoever made the model: none outside its folder is read, and a link only where the model itself is one, as in caches of downloads.
    private static string Beside(string path, string location, string tensor)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (location.Length == 0 || location.Contains('\0', StringComparison.Ordinal))
            throw ModelErrors.OtherFile(path, tensor, location, "which is no name of a file");
        var whole = Path.GetFullPath(Path.Combine(folder, location));
        if (Path.IsPathRooted(location) || !whole.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw ModelErrors.OtherFile(path, tensor, location, "which lies outside the model's folder");
        if (!File.Exists(whole)) throw ModelErrors.OtherFile(path, tensor, location, "which is not there");
        if (IsLink(whole, folder) && new FileInfo(path).LinkTarget is null)
            throw ModelErrors.OtherFile(path, tensor, location, "which is a link to somewhere else");
        return whole;
    }

    private static bool IsLink(string whole, string folder)
    {
        for (var at = whole; at.Length > folder.Length; at = Path.GetDirectoryName(at)!)
            if (new FileInfo(at).LinkTarget is not null) return true;
        return false;
    }
}
