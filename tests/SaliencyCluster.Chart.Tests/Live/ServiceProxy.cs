using System.Net;
using System.Net.Sockets;

namespace SaliencyCluster.Chart.Tests.Live;

/// <summary>A port of a Service: takes connections and passes each to a pod that is an endpoint, in turn.</summary>
internal sealed class ServiceProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<IReadOnlyList<IPEndPoint>> _endpoints;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private int _turn;

    public ServiceProxy(IPEndPoint address, Func<IReadOnlyList<IPEndPoint>> endpoints)
    {
        (_listener, _endpoints) = (new(address), endpoints);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true) open.Add(PassAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        {
            using var pod = new TcpClient();
            try
            {
                // No endpoint: the connection ends, as a Service without endpoints refuses it.
                if (_endpoints() is not { Count: > 0 } endpoints) return;
                await pod.ConnectAsync(endpoints[_turn++ % endpoints.Count], _stopping.Token);
                var (one, other) = (client.GetStream(), pod.GetStream());
                await Task.WhenAny(one.CopyToAsync(other, _stopping.Token), other.CopyToAsync(one, _stopping.Token));
            }
            catch (Exception error) when (error is SocketException or IOException or OperationCanceledException)
            {
                // The pod or the client went away: both sides close.
            }
        }
    }
}
