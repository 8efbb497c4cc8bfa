using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Hosting.Files;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Limits;

/// <summary>
/// Keeps uploads in temporary files until they are complete, and then lets a fixed number of them into memory at once: a caller that sends
/// slowly, or not at all, holds nothing that others wait for. All files together have a limit, and one tenant's half of it.
/// </summary>
/// <param name="limits">How much there is.</param>
/// <param name="isShared">Whether there may be other tenants.</param>
internal sealed class UploadGate(GatewayLimits limits, bool isShared)
{
    /// <summary>What the names of the files begin with.</summary>
    internal const string FilePrefix = "saliency-upload-";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly TenantPlaces _places = new(limits.MaxConcurrentUploads, isShared);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _tenants = [];

    private long MaxOfOneTenant => isShared
        ? Math.Max(limits.SpooledBytes / 2, limits.MaxModelBytes) : limits.SpooledBytes;

    /// <summary>Begins an upload. Dispose what is returned to end it.</summary>
    public Upload Begin(string tenant) => new(this, tenant);

    private void Take(string tenant, long bytes)
    {
        lock (_gate)
        {
            var own = _tenants.GetValueOrDefault(tenant);
            if (own + bytes > MaxOfOneTenant)
                throw Refused($"The models that tenant '{tenant}' uploads at once have more than {MaxOfOneTenant} bytes.");
            if (_tenants.Values.Sum() + bytes > limits.SpooledBytes)
                throw Refused($"The models that are being uploaded have more than {limits.SpooledBytes} bytes together.");
            _tenants[tenant] = own + bytes;
        }
    }

    private void GiveBack(string tenant, long bytes)
    {
        lock (_gate)
        {
            // Nothing is kept of a tenant that uploads nothing.
            if ((_tenants[tenant] -= bytes) == 0) _tenants.Remove(tenant);
        }
    }

    private static RetryLaterException Refused(string what) => new("SAL2606", what, $"Retry in {RetryAfter.TotalSeconds:0} seconds.", RetryAfter);

    /// <summary>A file on its way. Not thread-safe.</summary>
    internal sealed class Upload(UploadGate gate, string tenant) : IAsyncDisposable
    {
        private const int Buffer = 1 << 16;
        private FileStream? _file;
        private long _length;
        private IDisposable? _place;

        /// <summary>Gets the bytes so far.</summary>
        public long Length => _length;

        /// <summary>Adds a piece.</summary>
        /// <exception cref="RetryLaterException">SAL2606: the files of all uploads, or of the tenant's, have no more room.</exception>
        /// <exception cref="SaliencyException">SAL9101: the disk has none.</exception>
        public async Task AddAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
        {
            gate.Take(tenant, piece.Length);
            _length += piece.Length;
            try
            {
                var path = Path.Combine(Path.GetTempPath(), $"{FilePrefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
                _file ??= PrivateFiles.CreateNew(path, Buffer, FileAccess.ReadWrite, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
                await _file.WriteAsync(piece, cancellation);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new SaliencyException(
                    "SAL9101", $"The folder of temporary files {Path.GetTempPath()} cannot be written: {error.Message}",
                    "Make room on its disk, or give the gateway another folder (TMPDIR).", error);
            }
        }

        /// <summary>Waits for a place in memory, which is held until the upload ends, and reads the file.</summary>
        public async Task<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
        {
            _place = await gate._places.EnterAsync(tenant, cancellation);
            var content = new byte[_length];
            if (_file is null) return content;
            _file.Position = 0;
            await _file.ReadExactlyAsync(content, cancellation);
            return content;
        }

        public async ValueTask DisposeAsync()
        {
            _place?.Dispose();
            if (_file is not null) await _file.DisposeAsync();
            if (_length > 0) gate.GiveBack(tenant, _length);
            _length = 0;
        }
    }
}
