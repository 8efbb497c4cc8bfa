using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace SaliencyCluster.Dashboard.Hosting;

/// <summary>
/// Styles, scripts and pictures of the pages. They are in the assembly, so that they are there wherever the program runs from, and
/// are served under names that change with their content, so that browsers keep them.
/// </summary>
internal sealed partial class AssetFiles
{
    /// <summary>Where assets are served.</summary>
    public const string Root = "/assets/";

    private const string Prefix = "asset/";

    private readonly FrozenDictionary<string, AssetFile> _files =
        Load().ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>Gets the address of an asset.</summary>
    public string Url(string name) => $"{Root}{name}?v={_files[name].Version}";

    /// <summary>Answers a request for an asset.</summary>
    public IResult Get(string name, HttpContext context)
    {
        if (!_files.TryGetValue(name, out var file)) return Results.NotFound();
        context.Response.Headers.CacheControl = context.Request.Query["v"] == file.Version
            ? "public, max-age=31536000, immutable" : "no-cache";
        context.Response.Headers.Vary = "Accept-Encoding";
        if (!context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal)) return Results.Bytes(file.Bytes, file.Type);
        context.Response.Headers.ContentEncoding = "br";
        return Results.Bytes(file.Compressed.Value, file.Type);
    }

    // Modules import each other under the version of all scripts together: a browser that keeps files for a year never mixes old and new.
    private static IEnumerable<AssetFile> Load()
    {
        var assembly = typeof(AssetFiles).Assembly;
        var files = assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(n => (Name: n[Prefix.Length..], Bytes: Read(assembly, n))).ToList();
        byte[] scripts = [.. files.Where(f => IsScript(f.Name)).SelectMany(f => f.Bytes)];
        var version = VersionOf(scripts);
        return files.Select(f => IsScript(f.Name)
            ? AssetFile.Of(f.Name, version,
                Encoding.UTF8.GetBytes(Import().Replace(Encoding.UTF8.GetString(f.Bytes), $"from \"./$1?v={version}\"")))
            : AssetFile.Of(f.Name, VersionOf(f.Bytes), f.Bytes));
    }

    private static bool IsScript(string name) => name.EndsWith(".js", StringComparison.Ordinal);

    private static string VersionOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..12];

    private static byte[] Read(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    [GeneratedRegex("""from "\./([a-z-]+\.js)[\x22]""")]
    private static partial Regex Import();

    private sealed record AssetFile(string Name, string Type, string Version, byte[] Bytes, Lazy<byte[]> Compressed)
    {
        public static AssetFile Of(string name, string version, byte[] bytes)
        {
            var type = Path.GetExtension(name) switch
            {
                ".css" => "text/css; charset=utf-8",
                ".js" => "text/javascript; charset=utf-8",
                ".svg" => "image/svg+xml",
                _ => "application/octet-stream",
            };
            return new(name, type, version, bytes, new(() => Compress(bytes)));
        }

        private static byte[] Compress(byte[] bytes)
        {
            var target = new MemoryStream();
            using (var brotli = new BrotliStream(target, CompressionLevel.Optimal)) brotli.Write(bytes);
            return target.ToArray();
        }
    }
}
