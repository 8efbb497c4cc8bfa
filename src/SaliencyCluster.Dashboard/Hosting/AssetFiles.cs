using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace SaliencyCluster.Dashboard.Hosting;

/// <summary>
/// Styles, scripts and pictures of the pages. They are in the assembly, so that they are there wherever the program runs from, and
/// are served under names that change with their content, so that browsers keep them.
/// </summary>
internal sealed class AssetFiles
{
    /// <summary>Where assets are served.</summary>
    public const string Root = "/assets/";

    private const string Prefix = "asset/";

    private readonly FrozenDictionary<string, AssetFile> _files = typeof(AssetFiles).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(n => AssetFile.Load(n, n[Prefix.Length..]))
        .ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>Gets the address of an asset.</summary>
    public string Url(string name) => $"{Root}{name}?v={_files[name].Version}";

    /// <summary>Answers a request for an asset.</summary>
    public IResult Get(string name, HttpContext context)
    {
        if (!_files.TryGetValue(name, out var file)) return Results.NotFound();
        context.Response.Headers.CacheControl = context.Request.Query["v"] == file.Version ? "public, max-age=31536000, immutable" : "no-cache";
        context.Response.Headers.Vary = "Accept-Encoding";
        if (!context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal)) return Results.Bytes(file.Bytes, file.Type);
        context.Response.Headers.ContentEncoding = "br";
        return Results.Bytes(file.Compressed.Value, file.Type);
    }

    private sealed record AssetFile(string Name, string Type, string Version, byte[] Bytes, Lazy<byte[]> Compressed)
    {
        public static AssetFile Load(string resource, string name)
        {
            using var stream = typeof(AssetFiles).Assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var type = Path.GetExtension(name) switch
            {
                ".css" => "text/css; charset=utf-8",
                ".js" => "text/javascript; charset=utf-8",
                ".svg" => "image/svg+xml",
                _ => "application/octet-stream",
            };
            return new(name, type, Convert.ToHexStringLower(SHA256.HashData(bytes))[..12], bytes, new(() => Compress(bytes)));
        }

        private static byte[] Compress(byte[] bytes)
        {
            var target = new MemoryStream();
            using (var brotli = new BrotliStream(target, CompressionLevel.Optimal)) brotli.Write(bytes);
            return target.ToArray();
        }
    }
}
