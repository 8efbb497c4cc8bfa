using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity.Keys;

/// <summary>The file of keys: JSON that a person can read, <c>{ "keys": [ ... ] }</c>, with one <see cref="KeyEntry"/> per key.</summary>
public static partial class KeyFile
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // A misspelt limit must not be no limit.
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    // A group may read it: so Kubernetes gives mounted Secrets to a pod.
    private const UnixFileMode ForOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads the keys of a file.</summary>
    /// <exception cref="SaliencyException">SAL9025: the file cannot be read, or holds mistakes; all of them are named.</exception>
    public static IReadOnlyList<KeyEntry> Read(string path) => Parse(Load(path), path);

    internal static byte[] Load(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(file.SafeFileHandle) is var mode && (mode & ForOthers) != 0)
                throw Unreadable(path, $"other accounts of the host can read or change it (mode {Convert.ToString((int)mode, 8)})", null, $"Close it: chmod 600 {path}");
            var content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error.Message, error);
        }
    }

    /// <summary>Reads keys from the content of a file.</summary>
    /// <exception cref="SaliencyException">SAL9025.</exception>
    public static IReadOnlyList<KeyEntry> Parse(ReadOnlySpan<byte> content, string path)
    {
        try
        {
            var keys = JsonSerializer.Deserialize<Content>(content, Format)?.Keys ?? throw Unreadable(path, "it is empty", null);
            var mistakes = Mistakes(keys).ToList();
            return mistakes.Count == 0 ? keys : throw Unreadable(path, string.Join(' ', mistakes), null);
        }
        catch (JsonException error)
        {
            throw Unreadable(path, error.Message, error);
        }
    }

    internal static byte[] Write(IReadOnlyList<KeyEntry> keys) => [.. JsonSerializer.SerializeToUtf8Bytes(new Content(keys), Format), (byte)'\n'];

    private static IEnumerable<string> Mistakes(IReadOnlyList<KeyEntry> keys)
    {
        foreach (var twice in keys.GroupBy(k => k.Id).Where(g => g.Count() > 1)) yield return $"The id '{twice.Key}' is there {twice.Count()} times.";
        foreach (var key in keys)
        {
            if (!ApiKey.IsId(key.Id)) yield return $"The id '{key.Id}' must have 1 to 40 letters, digits or '-'.";
            if (!GrainKeys.IsName(key.Tenant)) yield return $"The tenant '{key.Tenant}' of '{key.Id}' must have 1 to 100 letters, digits, '.', '_' or '-'.";
            if (!HashText().IsMatch(key.Hash)) yield return $"The hash of '{key.Id}' must be 'sha256:' and 64 lower-case hexadecimal digits.";
            if (key.Weight is not (>= 0.01 and <= 100)) yield return $"The weight of '{key.Id}' must be from 0.01 to 100.";
            if (key.Pools is { Count: 0 }) yield return $"The pools of '{key.Id}' must name at least one, or be left out for all of them.";
            foreach (var pool in (key.Pools ?? []).Where(p => !GrainKeys.IsName(p))) yield return $"The pool '{pool}' of '{key.Id}' must have 1 to 100 letters, digits, '.', '_' or '-'.";
            if (key.Limits is { QueuedPoints: < 0 } or { StoredBytes: < 0 } or { ConcurrentJobs: < 0 }) yield return $"The limits of '{key.Id}' must be at least 0.";
        }
    }

    private static SaliencyException Unreadable(string path, string why, Exception? cause, string next = "Correct it, or make one: saliency keys create --file FILE --tenant NAME --role submit") =>
        new("SAL9025", $"The key file '{path}' cannot be used: {why.TrimEnd('.')}.", next, cause);

    private sealed record Content([property: JsonRequired] IReadOnlyList<KeyEntry> Keys);

    [GeneratedRegex(@"^sha256:[0-9a-f]{64}\z")]
    private static partial Regex HashText();
}
